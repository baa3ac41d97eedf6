import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { processorTime } from './processor-time.mjs';
import { fromRoot } from './project.mjs';

/** A PostgreSQL for this run alone, with its defaults: what is committed is on the disk. */
export class BenchDatabase {
  #folder;
  #server;
  #pid;
  /** As the server says it. */
  version;

  static async start() {
    const { startEmbeddedPostgres } = await import(
      fromRoot('dist/src/embedded-postgres/embedded-postgres.js')
    );
    const database = new BenchDatabase();
    database.#folder = await mkdtemp(join(tmpdir(), 'qna-bench-'));
    // PostgreSQL does not run as root: whoever runs it must be able to enter.
    await chmod(database.#folder, 0o755);
    database.#server = await startEmbeddedPostgres({ folder: database.#folder });
    const [{ server_version: version }] = await query(database.#server.url, 'SHOW server_version');
    database.version = version;
    const [{ data_directory: data }] = await query(database.#server.url, 'SHOW data_directory');
    database.#pid = parseInt(await readFile(join(data, 'postmaster.pid'), 'utf8'), 10);
    return database;
  }

  /** @param {string} name letters alone @returns {Promise<string>} its address */
  async create(name) {
    await query(this.#server.url, `CREATE DATABASE bench_${name}`);
    const url = new URL(this.#server.url);
    url.pathname = `bench_${name}`;
    return url.href;
  }

  /** @returns {number} microseconds of all its processes; NaN where that cannot be told */
  get processorTime() {
    return processorTime(this.#pid);
  }

  /** So that no run pays for what the one before has left to write. */
  async calmDown() {
    await query(this.#server.url, 'CHECKPOINT');
  }

  async stop() {
    await this.#server.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** One statement on a connection of its own. @returns {Promise<Record<string, any>[]>} */
export async function query(url, text, values) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
