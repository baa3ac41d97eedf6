import { Client } from 'pg';
import { Board, type Person } from './support/board.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { DatabaseProxy } from './support/database-proxy.js';
import { closeStreams } from './support/event-stream.js';
import { JWT_SECRET, killServers, ServerProcess } from './support/server-process.js';
import { until } from './support/until.js';

const LIMIT_MS = 5_000;
/** Milliseconds after which an instance has to ask anew about an account. */
const STALE_MS = 3_500;

let database: TestDatabase;
/** Between the second instance and PostgreSQL. */
let proxy: DatabaseProxy;
let here: Board;
let there: Board;
let person: Person;

beforeAll(async () => {
  database = await createDatabase();
  proxy = await DatabaseProxy.start(database.url);
  const [first, second] = await Promise.all(
    [database.url, proxy.url].map((url) => ServerProcess.start({ DATABASE_URL: url })),
  );
  here = new Board(first!.url, JWT_SECRET, database);
  there = new Board(second!.url, JWT_SECRET, database);
});
afterAll(async () => {
  await killServers();
  await proxy.close();
  await database.drop();
});
beforeEach(async () => {
  // Not of this second: what is issued in the second of a log-out may be valid after it.
  person = await here.person();
  person.token = here.token(person.id, { iat: Math.floor(Date.now() / 1_000) - 10 });
});
afterEach(closeStreams);

const isRefused = async (): Promise<boolean> =>
  (await there.call('GET', '/api/user/me', { as: person })).status === 401;

it('a token that is revoked on one instance is refused on the other within five seconds, also in steady use', async () => {
  expect(await isRefused()).toBe(false);
  await here.must('POST', '/api/user/logout', { as: person });
  await until(isRefused, LIMIT_MS);
});

it('a token that is revoked on one instance is refused there while the database is unavailable', async () => {
  await here.must('POST', '/api/user/logout', { as: person });
  await until(isRefused, LIMIT_MS);
  proxy.goAway();
  const end = performance.now() + STALE_MS;
  const seen = new Set<number>();
  while (performance.now() < end) {
    const stream = await there.stream(person);
    seen.add(stream.status);
    stream.close();
  }
  proxy.comeBack();
  expect(seen).toEqual(new Set([401]));
});

it('a token of an account is accepted once the account exists, however often it was tried before', async () => {
  const id = 1_000_000;
  person = { id, username: 'late', token: here.token(id) };
  expect(await isRefused()).toBe(true);
  await database.query(
    `INSERT INTO users (id, username, email, password_hash)
       VALUES (${id}, 'late', 'late@example.test', 'none')`,
  );
  await until(async () => !(await isRefused()), LIMIT_MS);
});

it('a stream that is being opened while its token is revoked ends as well', async () => {
  const holder = new Client(database.url);
  await holder.connect();
  await holder.query('BEGIN; LOCK TABLE notification IN ACCESS EXCLUSIVE MODE');
  const opening = here.stream(person);
  await until(async () => {
    const waiting = await database.query(
      `SELECT FROM pg_locks WHERE relation = 'notification'::regclass AND NOT granted`,
    );
    return waiting.length > 0;
  });
  await here.must('POST', '/api/user/logout', { as: person });
  await holder.query('ROLLBACK');
  await holder.end();
  await (
    await opening
  ).ended;
});
