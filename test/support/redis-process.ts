import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { firstValueFrom, ReplaySubject, skip } from 'rxjs';
import { freePort } from '../../testing/free-port.mjs';

const READY = 'Ready to accept connections';

/** A Redis of a test's own, without a disk: it may be stopped, killed and frozen. */
export class RedisProcess {
  private child: ChildProcess | undefined;
  private readonly ears: { destroy(): void }[] = [];

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<RedisProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'qna-redis-'));
    const redis = new RedisProcess(folder, await freePort());
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Resolves when it takes connections; it is empty. @throws with what it printed */
  async start(): Promise<void> {
    const child = spawn(
      'redis-server',
      ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.folder],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.child = child;
    let output = '';
    child.stdout.setEncoding('utf8');
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: string) => {
        output += chunk;
        if (output.includes(READY)) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`Redis ended:\n${output}`)));
    });
  }

  /** Cuts off all clients, and forgets everything. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.child;
    if (!child) return;
    this.child = undefined;
    const gone = once(child, 'exit');
    child.kill(signal);
    child.kill('SIGCONT');
    await gone;
  }

  /** It stands still: connections stay open, and nobody answers. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** Runs a command beside the application. */
  async run<Reply = unknown>(...command: string[]): Promise<Reply> {
    const client = createClient({ url: this.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.sendCommand(command)) as Reply;
    } finally {
      client.destroy();
    }
  }

  /** Everything that is published in channels like that from now on. */
  async listen(pattern: string): Promise<{ next(): Promise<string> }> {
    const client = createClient({ url: this.url });
    client.on('error', () => undefined);
    await client.connect();
    this.ears.push(client);
    const said = new ReplaySubject<string>();
    await client.pSubscribe(pattern, (message) => said.next(message));
    let taken = 0;
    return { next: () => firstValueFrom(said.pipe(skip(taken++))) };
  }

  async drop(): Promise<void> {
    for (const ear of this.ears) ear.destroy();
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
