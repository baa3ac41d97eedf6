import { setTimeout as pause } from 'node:timers/promises';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';
import { MUTATION_FAILED } from './mutations.js';
import { Link } from './link.js';

const LISTENING = /Listening on (http:\S+)/;
/** Milliseconds before a process that could not start is started again, as a supervisor would. */
const RESTART_PAUSE_MS = 100;
/** Milliseconds in which a process must listen, PostgreSQL coming and going meanwhile. */
const START_LIMIT_MS = 90_000;

/** A server with links to both sides that can be cut: it is killed, and brought up again. */
export class ServerUnderTest {
  /** What it did that nobody made it do. */
  readonly failures: string[] = [];
  private server: ServerProcess | undefined;
  private isStopping = false;

  private constructor(
    private readonly environment: Record<string, string>,
    /** Between it and its clients. */
    readonly front: Link,
    /** Between it and PostgreSQL. */
    readonly back: Link,
  ) {}

  /** @param environment more than the address of the database; its PORT, or another each time */
  static async start(
    databaseUrl: string,
    environment: Record<string, string>,
  ): Promise<ServerUnderTest> {
    const url = new URL(databaseUrl);
    const back = await Link.start(Number(url.port));
    url.port = String(back.port);
    const address = { HOST: '127.0.0.1', PORT: '0' };
    const all = { ...address, ...environment, DATABASE_URL: url.href };
    const server = new ServerUnderTest(all, await Link.start(), back);
    await server.waitUntilUp();
    return server;
  }

  /** Where clients find it, whatever process it is at the moment. */
  get url(): string {
    return `http://127.0.0.1:${this.front.port}`;
  }

  /** Where its process is at the moment; the same each time when it was given a PORT. */
  get ownUrl(): string {
    return `http://127.0.0.1:${this.front.target}`;
  }

  /** Resolves once a process of it listens; may be called while one does. */
  async waitUntilUp(): Promise<void> {
    const giveUpAt = performance.now() + START_LIMIT_MS;
    while (!this.isUp && !(await this.checkIfUp())) {
      if (performance.now() > giveUpAt)
        throw new Error(`It does not start:\n${this.server!.output}`);
      await pause(RESTART_PAUSE_MS);
    }
  }

  /** Ends its process, also one that is only starting. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.isStopping = true;
    const exit = await this.server?.kill(signal);
    if (signal === 'SIGTERM' && exit?.code !== 0) {
      this.failures.push(`SIGTERM ended it with ${exit?.signal ?? exit?.code}`);
    }
  }

  /** Resolves once it says that it is ready, as whoever deploys waits for. */
  async ready(): Promise<void> {
    await until(() =>
      fetch(`${this.ownUrl}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  }

  /** It stands still: connections stay open, are taken even, and nobody answers. */
  freeze(): void {
    process.kill(this.server!.pid, 'SIGSTOP');
  }

  thaw(): void {
    process.kill(this.server!.pid, 'SIGCONT');
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    await this.front.close();
    await this.back.close();
  }

  private get isUp(): boolean {
    return !this.isStopping && this.front.target !== undefined && this.server?.isRunning === true;
  }

  /** @returns false: it ended before it listened, for want of a database, or because it was killed */
  private async checkIfUp(): Promise<boolean> {
    this.isStopping = false;
    const server = ServerProcess.spawn(this.environment);
    this.server = server;
    const listening = await server.says(LISTENING).catch(() => undefined);
    if (!listening) {
      if (server.complaints.includes(MUTATION_FAILED)) throw new Error(server.complaints);
      return false;
    }
    this.front.target = Number(new URL(listening[1]!).port);
    void server.exited.then(() => this.note(server));
    return true;
  }

  private note(server: ServerProcess): void {
    this.front.target = undefined;
    if (!this.isStopping) this.failures.push(`It ended by itself:\n${server.output.slice(-2_000)}`);
    else if (/unhandled/i.test(server.output)) this.failures.push('Something went unhandled');
  }
}
