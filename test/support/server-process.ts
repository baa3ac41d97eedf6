import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

export const JWT_SECRET = 'a secret that only these tests know!';

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const LISTENING = /Listening on (http:[^\s"]+)/;

const running = new Set<ServerProcess>();

/** The built server as a process of its own, looked at from outside. */
export class ServerProcess {
  /** Everything it has printed so far. */
  output = '';
  /** The part of it that went to stderr. */
  complaints = '';
  /** Resolves when it is gone and all it printed is in `output`. */
  readonly exited: Promise<Exit>;
  url = '';
  private waiting: (() => void)[] = [];

  private constructor(
    private readonly child: ChildProcess,
    readonly environment: Record<string, string>,
  ) {
    running.add(this);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        this.output += chunk;
        this.wake();
      });
    }
    child.stderr!.on('data', (chunk: string) => (this.complaints += chunk));
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        running.delete(this);
        resolve({ code, signal });
        this.wake();
      });
    });
  }

  /** Starts it without waiting for anything. @param environment all that it gets */
  static spawn(environment: Record<string, string>): ServerProcess {
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      env: { PATH: process.env['PATH'], NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ServerProcess(child, environment);
  }

  /**
   * Resolves once it listens, by default on a free port.
   * @throws with what it printed, when it ends before
   */
  static async start(environment: Record<string, string>): Promise<ServerProcess> {
    const defaults = { HOST: '127.0.0.1', PORT: '0', JWT_SECRET };
    const server = ServerProcess.spawn({ ...defaults, ...environment });
    const [, url] = await server.says(LISTENING);
    server.url = url!;
    return server;
  }

  /** Starts another on the same port, with the same environment, once this one is gone. */
  async again(environment: Record<string, string> = {}): Promise<ServerProcess> {
    await this.exited;
    const { port } = new URL(this.url);
    return ServerProcess.start({ ...this.environment, PORT: port, ...environment });
  }

  get pid(): number {
    return this.child.pid!;
  }

  get isRunning(): boolean {
    return running.has(this);
  }

  /** @returns how it ended */
  kill(signal: NodeJS.Signals): Promise<Exit> {
    this.child.kill(signal);
    return this.exited;
  }

  /** Resolves once its output holds that. @throws when it ends before */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.output);
      if (found) return found;
      if (!this.isRunning) throw new Error(`The server ended before ${pattern}:\n${this.output}`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private wake(): void {
    for (const resume of this.waiting.splice(0)) resume();
  }

  /** Bytes of memory that it holds. Linux only. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  }
}

/** Ends what a test left running. */
export async function killServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.kill('SIGKILL')));
}

/** Brings a database up to date, as an operator does. */
export async function migrate(databaseUrl: string): Promise<void> {
  const child = spawn(process.execPath, ['dist/src/database/migrate.js', 'run'], {
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [complaints, code] = await Promise.all([
    text(child.stderr),
    new Promise((resolve) => child.once('close', resolve)),
  ]);
  if (code !== 0) throw new Error(`The migrations failed: ${complaints}`);
}
