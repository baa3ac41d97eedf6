import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { fromRoot } from './project.mjs';
import { freePort } from './free-port.mjs';
import { Asker } from './asker.mjs';

const START_LIMIT_MS = 30_000;
const POLL_MS = 5;
const STOP_LIMIT_MS = 5_000;
const KEPT_OUTPUT = 4_000;

/** A server under test, as a process of its own. */
export class Server {
  #child;
  #asker;
  #output = '';
  port;
  /** Milliseconds from the start of the process until it answered. */
  startMs;

  /**
   * @param {import('./servers.mjs').Kind} kind
   * @param {{ env: Record<string, string>, profile?: string }} how
   * @throws {Error} with what it printed, when it does not come up
   */
  static async start(kind, { env, profile }) {
    const server = new Server();
    server.port = await freePort();
    const from = performance.now();
    server.#spawn(kind, { ...env, PORT: String(server.port) }, profile);
    await server.#ready(kind, from);
    server.startMs = performance.now() - from;
    return server;
  }

  /** @param {'usage' | 'settled' | 'watch' | 'peak'} question see probe.mjs */
  ask(question) {
    return this.#asker.ask({ question });
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    this.ask('exit').catch(() => undefined);
    await exited;
    clearTimeout(limit);
  }

  #spawn(kind, env, profile) {
    const probe = pathToFileURL(fromRoot('bench/rig/probe.mjs')).href;
    const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
    const args = ['--expose-gc', '--import', probe, ...profiling, fromRoot(kind.entry), env.PORT];
    this.#child = spawn(process.execPath, args, {
      // Nothing of the surroundings: a NODE_OPTIONS or a setting there would be measured too.
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#asker = new Asker(this.#child);
    const keep = (text) => (this.#output = (this.#output + text).slice(-KEPT_OUTPUT));
    this.#child.stdout.setEncoding('utf8').on('data', keep);
    this.#child.stderr.setEncoding('utf8').on('data', keep);
  }

  async #ready(kind, from) {
    while (performance.now() - from < START_LIMIT_MS) {
      if (this.#child.exitCode !== null) break;
      const status = await statusOf(this.port, kind.readyPath ?? '/');
      if (status === 200 || (status && !kind.readyPath)) return;
      await pause(POLL_MS);
    }
    this.#child.kill('SIGKILL');
    throw new Error(`${kind.name} does not start:\n${this.#output.trim()}`);
  }
}

/** @returns {Promise<number | undefined>} undefined: nobody answers */
function statusOf(port, path) {
  return new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', () => resolve(undefined));
  });
}
