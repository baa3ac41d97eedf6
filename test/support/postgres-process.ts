import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { findBinaries } from '../../src/embedded-postgres/binaries.js';
import { type Cluster, NAME, openCluster } from '../../src/embedded-postgres/cluster.js';
import { findLocation } from '../../src/embedded-postgres/location.js';
import {
  choosePort,
  findPostmaster,
  startServer,
  stopServer,
} from '../../src/embedded-postgres/server.js';
import type { TestDatabase } from './database.js';
import { migrate } from './server-process.js';

/** A PostgreSQL of a test's own, with a migrated database: it may be stopped, frozen and killed. */
export class PostgresProcess implements TestDatabase {
  private pool: Pool;

  private constructor(
    private readonly folder: string,
    private readonly cluster: Cluster,
    private readonly port: number,
  ) {}

  static async make(): Promise<PostgresProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'qna-postgres-'));
    // Started by root, the server runs as somebody else, who may not enter such a folder otherwise.
    await chmod(folder, 0o755);
    const location = await findLocation(folder);
    const cluster = await openCluster(location, await findBinaries(location));
    const postgres = new PostgresProcess(folder, cluster, await choosePort(cluster));
    await postgres.start();
    await postgres.onServer(`CREATE DATABASE ${NAME}`);
    await migrate(postgres.url);
    return postgres;
  }

  get url(): string {
    return this.urlOf(NAME);
  }

  /** Of the database that is always there. */
  get serverUrl(): string {
    return this.urlOf('postgres');
  }

  /** Resolves when it takes connections, also after a {@link crash}. */
  async start(): Promise<void> {
    // Those that a killed one has left behind may keep the next from starting for a moment.
    while (!(await startServer(this.cluster, this.port))) await pause(10);
    this.pool = new Pool({ connectionString: this.url, max: 4 });
    this.pool.on('error', () => undefined);
  }

  /** Copies the database as it is, while nobody uses it. @returns the name of the copy */
  async copy(name: string): Promise<string> {
    await this.onServer(`CREATE DATABASE ${name} TEMPLATE ${NAME}`);
    return name;
  }

  /** Cuts off all clients; what was committed stays. */
  async stop(): Promise<void> {
    await this.pool.end();
    await stopServer(this.cluster);
  }

  /**
   * Ends it without a checkpoint: the next start recovers from the log.
   * @param signal SIGQUIT is its immediate shutdown; SIGKILL leaves its children to notice
   */
  async crash(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const { pid } = (await findPostmaster(this.cluster))!;
    process.kill(pid, signal);
    await this.pool.end();
    while (await findPostmaster(this.cluster)) await pause(10);
  }

  /** Kills one session of the application's, if there is one. It ends all the others, and recovers. */
  async killBackend(): Promise<void> {
    const [backend] = await this.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'qna-notifications' LIMIT 1`,
    );
    if (backend) process.kill(backend.pid, 'SIGKILL');
  }

  /** Every process of it stands still: connections stay open, and nobody answers. */
  freeze(): Promise<void> {
    return this.signal('SIGSTOP');
  }

  thaw(): Promise<void> {
    return this.signal('SIGCONT');
  }

  async query<Row>(text: string, values?: unknown[]): Promise<Row[]> {
    return (await this.pool.query(text, values)).rows as Row[];
  }

  async drop(): Promise<void> {
    await this.thaw();
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async onServer(statement: string): Promise<void> {
    const client = new Client(this.serverUrl);
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }

  private urlOf(database: string): string {
    return `postgres://${NAME}:${this.cluster.password}@127.0.0.1:${this.port}/${database}`;
  }

  private async signal(signal: NodeJS.Signals): Promise<void> {
    const { pid } = (await findPostmaster(this.cluster))!;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    for (const id of [pid, ...children.split(' ').filter(Boolean).map(Number)]) {
      process.kill(id, signal);
    }
  }
}
