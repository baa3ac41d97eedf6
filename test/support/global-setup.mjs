import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../dist/src/embedded-postgres/embedded-postgres.js';

const TEMPLATE = 'qna_template';

/**
 * One server for the whole run: the embedded one, or that of TEST_DATABASE_URL. A migrated database
 * is made once; every test file copies it and has a database of its own.
 */
export default async function setUp() {
  const server = process.env.TEST_DATABASE_URL
    ? { url: process.env.TEST_DATABASE_URL, stop: () => Promise.resolve() }
    : await startThrowAwayServer();
  globalThis.stopTestServer = server.stop;
  process.env.TEST_SERVER_URL = server.url;
  process.env.TEST_TEMPLATE = TEMPLATE;

  await onServer(server.url, `DROP DATABASE IF EXISTS ${TEMPLATE}`, `CREATE DATABASE ${TEMPLATE}`);
  const template = new URL(server.url);
  template.pathname = TEMPLATE;
  await promisify(execFile)(process.execPath, ['dist/src/database/migrate.js', 'run'], {
    env: { ...process.env, DATABASE_URL: template.href },
  });
}

async function onServer(url, ...statements) {
  const client = new Client(url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

async function startThrowAwayServer() {
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
