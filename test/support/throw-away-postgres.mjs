import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../dist/src/embedded-postgres/embedded-postgres.js';

/**
 * An embedded PostgreSQL whose data goes when it is stopped.
 *
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startThrowAwayPostgres() {
  const folder = await mkdtemp(join(tmpdir(), 'qna-test-'));
  // Started by root, the server runs as somebody else, who may not enter such a folder otherwise.
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ folder });
  // A throw-away: nothing of it has to outlive a power cut.
  await onServer(server.url, 'ALTER SYSTEM SET fsync = off', 'SELECT pg_reload_conf()');
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** @param {string} url of any database of the server */
export async function onServer(url, ...statements) {
  const client = new Client(url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
