import { randomBytes } from 'node:crypto';
import { startBuiltServer } from '../../support/built-server.mjs';
import setUpPostgres from '../../support/global-setup.mjs';
import { onServer } from '../../support/throw-away-postgres.mjs';
import { ENVIRONMENT } from './environment.mjs';

/** One server for all files that need no settings of their own, on a database of its own. */
export default async function setUp() {
  await setUpPostgres();
  const stopTestServer = globalThis.stopTestServer;
  const name = `qna_board_${randomBytes(6).toString('hex')}`;
  const database = new URL(process.env.TEST_SERVER_URL);
  database.pathname = name;
  let board;
  globalThis.stopTestServer = async () => {
    await board?.stop();
    await onServer(process.env.TEST_SERVER_URL, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await stopTestServer();
  };
  const { TEST_SERVER_URL, TEST_TEMPLATE } = process.env;
  await onServer(TEST_SERVER_URL, `CREATE DATABASE ${name} TEMPLATE ${TEST_TEMPLATE}`);
  board = await startBuiltServer({ DATABASE_URL: database.href, ...ENVIRONMENT });
  const url = new URL(board.url);
  url.hostname = 'localhost';
  process.env.TEST_BOARD_URL = url.origin;
}
