import { freePort } from '../../../testing/free-port.mjs';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { ENVIRONMENT } from './environment.mjs';
import { until } from './until.js';

/** Where the built server is: the folder the tests are started in. */
const ROOT = process.cwd();

/** Environment of the server, beside what every test needs. */
export type Environment = Record<string, string>;

/**
 * The built server as a process of its own, on a database of its own. It can be killed and started
 * again; the data and the port stay.
 */
export class Board {
  private server: ChildProcess | undefined;
  private output = '';

  private constructor(
    private readonly database: TestDatabase | undefined,
    private readonly port: number,
    private readonly env: Environment,
  ) {}

  /**
   * The server of all files that need no settings of their own and leave it running: what one of them
   * writes the others can read.
   */
  static shared(): Board {
    return new Board(undefined, Number(new URL(process.env['TEST_BOARD_URL']!).port), {});
  }

  /**
   * @param given a migrated database, which is dropped in the end; by default a fresh one
   * @throws {Error} with what the server wrote, when it does not come up
   */
  static async start(env: Environment = {}, given?: TestDatabase): Promise<Board> {
    const database = given ?? (await createDatabase());
    const board = new Board(database, await freePort(), {
      DATABASE_URL: database.url,
      ...ENVIRONMENT,
      ...env,
    });
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

  async close(): Promise<void> {
    await this.killServer();
    await this.database?.drop();
  }

  private async runTool(file: string, ...args: string[]): Promise<void> {
    const options = { cwd: ROOT, env: this.environment };
    await promisify(execFile)(process.execPath, [join('dist/src', file), ...args], options);
  }

  private get environment(): NodeJS.ProcessEnv {
    return { ...process.env, NODE_OPTIONS: '', ...this.env, PORT: String(this.port) };
  }
}
