import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { onServer, startThrowAwayPostgres } from './throw-away-postgres.mjs';

/**
 * One server for the whole run: the embedded one, or that of TEST_DATABASE_URL, which several runs may
 * use at the same time. A migrated database is made once; every test file copies it and has a database
 * of its own.
 */
export default async function setUp() {
  const server = process.env.TEST_DATABASE_URL
    ? { url: process.env.TEST_DATABASE_URL, stop: () => Promise.resolve() }
    : await startThrowAwayPostgres();
  const name = `qna_template_${randomBytes(6).toString('hex')}`;
  globalThis.stopTestServer = async () => {
    await onServer(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await server.stop();
  };
  process.env.TEST_SERVER_URL = server.url;
  process.env.TEST_TEMPLATE = name;

  await onServer(server.url, `CREATE DATABASE ${name}`);
  const template = new URL(server.url);
  template.pathname = name;
  await promisify(execFile)(process.execPath, ['dist/src/database/migrate.js', 'run'], {
    env: { ...process.env, DATABASE_URL: template.href },
  });
}
