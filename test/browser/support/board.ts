import { freePort } from '../../../testing/free-port.mjs';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/embedded-postgres/embedded-postgres.js';
import { until } from './until.js';

/** Where the built server is: the folder the tests are started in. */
const ROOT = process.cwd();

/** Environment of the server, beside what every test needs. */
export type Environment = Record<string, string>;

/**
 * The built server as a process of its own, on a PostgreSQL of its own. Both can be taken away and
 * given back; the data and the port stay.
 */
export class Board {
  private server: ChildProcess | undefined;
  private output = '';

  private constructor(
    private readonly folder: string,
    private database: EmbeddedPostgres,
    private readonly port: number,
    private readonly env: Environment,
  ) {}

  /** @throws {Error} with what the server wrote, when it does not come up */
  static async start(env: Environment = {}): Promise<Board> {
    const folder = await mkdtemp(join(tmpdir(), 'board-'));
    const database = await startEmbeddedPostgres({ folder });
    const board = new Board(folder, database, await freePort(), {
      DATABASE_URL: database.url,
      JWT_SECRET: randomBytes(32).toString('hex'),
      RATE_LIMIT: 'off',
      SSE_HEARTBEAT_SECONDS: '1',
      ...env,
    });
    await board.runTool('database/migrate.js', 'run');
    await board.startServer();
    return board;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  async startServer(): Promise<void> {
    const server = spawn(process.execPath, ['dist/src/main.js'], {
      cwd: ROOT,
      env: this.environment,
    });
    this.server = server;
    server.stdout.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    server.stderr.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    await until('the server is ready', async () => {
      if (server.exitCode !== null) throw new Error(`The server ended:\n${this.output}`);
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      return answer?.ok;
    });
  }

  /** Creates the demo data. */
  async seed(): Promise<void> {
    await this.runTool('demo/seed.cli.js');
  }

  /** As a power cut would. */
  async killServer(): Promise<void> {
    const { server } = this;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, 'exit');
    server.kill('SIGKILL');
    await exit;
  }

  async stopDatabase(): Promise<void> {
    await this.database.stop();
  }

  async startDatabase(): Promise<void> {
    this.database = await startEmbeddedPostgres({ folder: this.folder });
  }

  async close(): Promise<void> {
    await this.killServer();
    await this.database.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async runTool(file: string, ...args: string[]): Promise<void> {
    const options = { cwd: ROOT, env: this.environment };
    await promisify(execFile)(process.execPath, [join('dist/src', file), ...args], options);
  }

  private get environment(): NodeJS.ProcessEnv {
    return { ...process.env, NODE_OPTIONS: '', ...this.env, PORT: String(this.port) };
  }
}
