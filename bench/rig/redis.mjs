import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './free-port.mjs';

const READY = 'Ready to accept connections';

/** The `redis-server` of the system, on a port and with nothing of its own on the disk. */
export class Redis {
  #port;
  #child;

  /** Whether the system has one. */
  static get isInstalled() {
    return spawnSync('redis-server', ['--version']).status === 0;
  }

  static async start() {
    const redis = new Redis();
    redis.#port = await freePort();
    await redis.start();
    return redis;
  }

  get url() {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** Resolves when it takes connections; it knows nothing of before. */
  async start() {
    const options = ['--port', String(this.#port), '--bind', '127.0.0.1', '--save', ''];
    this.#child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    for await (const chunk of this.#child.stdout
      .setEncoding('utf8')
      .iterator({ destroyOnReturn: false })) {
      output += chunk;
      if (output.includes(READY)) break;
    }
    if (!output.includes(READY)) throw new Error(`Redis does not start:\n${output}`);
    this.#child.stdout.resume();
  }

  /** Repeatable. */
  async stop() {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
