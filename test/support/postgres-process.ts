import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Pool } from 'pg';
import { type Binaries, findBinaries } from '../../src/database/embedded-binaries.js';
import { type Cluster, NAME, openCluster } from '../../src/database/embedded-cluster.js';
import { findPlace } from '../../src/database/embedded-place.js';
import {
  choosePort,
  findPostmaster,
  launch,
  pause,
  shutDown,
} from '../../src/database/embedded-server.js';
import type { TestDatabase } from './database.js';
import { migrate } from './server-process.js';

/** A PostgreSQL of a test's own, with a migrated database: it may be stopped, frozen and killed. */
export class PostgresProcess implements TestDatabase {
  private pool: Pool;

  private constructor(
    private readonly folder: string,
    private readonly cluster: Cluster,
    private readonly binaries: Binaries,
    private readonly port: number,
  ) {}

  static async make(): Promise<PostgresProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'qna-postgres-'));
    // Started by root, the server runs as somebody else, who may not enter such a folder otherwise.
    await chmod(folder, 0o755);
    const place = await findPlace(folder);
    const binaries = await findBinaries(place);
    const cluster = await openCluster(place, binaries);
    const postgres = new PostgresProcess(folder, cluster, binaries, await choosePort(cluster));
    await postgres.start();
    const client = new Client(postgres.urlOf('postgres'));
    await client.connect();
    await client.query(`CREATE DATABASE ${NAME}`).finally(() => client.end());
    await migrate(postgres.url);
    return postgres;
  }

  get url(): string {
    return this.urlOf(NAME);
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    await launch(this.cluster, this.binaries.folder, this.port);
    while (!(await findPostmaster(this.cluster))?.ready) await pause(10);
    this.pool = new Pool({ connectionString: this.url, max: 4 });
    this.pool.on('error', () => undefined);
  }

  /** Cuts off all clients; what was committed stays. */
  async stop(): Promise<void> {
    await this.pool.end();
    await shutDown(this.cluster, this.binaries.folder);
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
