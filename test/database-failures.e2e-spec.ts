import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Pool } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { isDatabaseUnavailable, isTransient } from '../src/database/failures.js';
import { databaseOptions } from '../src/database/options.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { DatabaseProxy } from './support/database-proxy.js';
import { until } from './support/until.js';

// Each failure is provoked with the driver and the TypeORM that are installed: an upgrade that reports
// one in another way fails here.

/** What a failure must be taken for, and the words it came in. */
const unavailable = (message: RegExp): object => ({
  message: expect.stringMatching(message),
  isAway: true,
});

let database: TestDatabase;
let proxy: DatabaseProxy;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createDatabase({ migrated: false });
});
afterAll(() => database.drop());

beforeEach(async () => {
  proxy = await DatabaseProxy.start(database.url);
  dataSource = await connect();
});
afterEach(async () => {
  await proxy.close();
  if (dataSource.isInitialized) await dataSource.destroy();
});

async function connect(url = proxy.url): Promise<DataSource> {
  const options = await databaseOptions({ url, poolSize: 1 });
  const timeouts = { connectionTimeoutMillis: 500, query_timeout: 3_000 };
  return new DataSource({
    ...options,
    migrations: [],
    extra: { ...options.extra, ...timeouts },
  }).initialize();
}

/** The error of what must fail. */
async function failureOf(work: Promise<unknown>): Promise<{ message: string; isAway: boolean }> {
  const error = await work.then(
    () => new Error('It did not fail'),
    (failure: Error) => failure,
  );
  return { message: error.message, isAway: isDatabaseUnavailable(error) };
}

/** Takes the one connection of the pool. */
async function takeConnection(): Promise<QueryRunner> {
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  return runner;
}

/** Has the pool forget its connection: the next statement needs a new one. */
async function loseConnection(): Promise<void> {
  const runner = await takeConnection();
  const lost = (runner as unknown as { databaseConnection: NodeJS.EventEmitter })
    .databaseConnection;
  const ended = new Promise((resolve) => lost.once('end', resolve));
  proxy.goAway();
  await ended;
  await runner.release();
  proxy.comeBack();
}

it('the database counts as unavailable when all connections stay in use', async () => {
  const runner = await takeConnection();
  const failure = await failureOf(dataSource.query('SELECT 1'));
  await runner.release();
  expect(failure).toEqual(unavailable(/^timeout exceeded when trying to connect$/));
});

it('the database counts as unavailable when a new connection takes too long', async () => {
  await loseConnection();
  proxy.fallSilent();
  const failure = await failureOf(dataSource.query('SELECT 1'));
  expect(failure).toEqual(unavailable(/^Connection terminated due to connection timeout$/));
});

it('the database counts as unavailable when a new connection is ended before it is ready', async () => {
  // Reads what the client sends first: otherwise the connection may be reset, which has a code.
  const ending = createServer((socket) => socket.once('data', () => socket.end()));
  await once(ending.listen(0, '127.0.0.1'), 'listening');
  const { port } = ending.address() as AddressInfo;
  const failure = await failureOf(connect(`postgres://nobody@127.0.0.1:${port}/none`));
  ending.close();
  expect(failure).toEqual(unavailable(/^Connection terminated unexpectedly$/));
});

it('the database counts as unavailable when the pool is closed', async () => {
  const { master } = dataSource.driver as typeof dataSource.driver & { master: Pool };
  await dataSource.destroy();
  const failure = await failureOf(master.connect());
  expect(failure).toEqual(unavailable(/^Cannot use a pool after calling end on the pool$/));
});

it('the database counts as unavailable when a connection is lost during a statement', async () => {
  const failure = failureOf(dataSource.query('SELECT pg_sleep(5)'));
  await until(async () => {
    const running = await database.query(
      `SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(5)' AND state = 'active'`,
    );
    return running.length > 0;
  });
  proxy.goAway();
  expect(await failure).toEqual(unavailable(/^Connection terminated unexpectedly$/));
});

it('the database counts as unavailable when an answer does not come', async () => {
  await dataSource.query('SELECT 1');
  proxy.fallSilent();
  const failure = await failureOf(dataSource.query('SELECT 1'));
  expect(failure).toEqual(unavailable(/^Query read timeout$/));
});

it('the database counts as unavailable when a new connection is ended in the packet that opens it', async () => {
  await loseConnection();
  proxy.endAtOnce(1);
  const failure = await failureOf(dataSource.query('SELECT 1'));
  expect(failure).toEqual(
    unavailable(/^Client has encountered a connection error and is not queryable$/),
  );
});

it('the database counts as unavailable when a transaction has lost its connection between two statements', async () => {
  const failure = await failureOf(
    dataSource.transaction(async (manager) => {
      await manager.query('SELECT 1');
      const runner = manager.queryRunner!;
      const connection = (await runner.connect()) as NodeJS.EventEmitter;
      const ended = new Promise((resolve) => connection.once('end', resolve));
      proxy.goAway();
      await ended;
      await manager.query('SELECT 2');
    }),
  );
  expect(failure).toEqual(unavailable(/already released/));
});

it('the database counts as unavailable when a transaction has lost its connection before a query that is built', async () => {
  const failure = await failureOf(
    dataSource.transaction(async (manager) => {
      const connection = (await manager.queryRunner!.connect()) as NodeJS.EventEmitter;
      const ended = new Promise((resolve) => connection.once('end', resolve));
      proxy.goAway();
      await ended;
      await manager.createQueryBuilder().select('1').from('pg_class', 'c').getRawOne();
    }),
  );
  expect(failure).toEqual(unavailable(/already released/));
});

it('the database counts as available when a value cannot be sent', async () => {
  const circular: { self?: object } = {};
  circular.self = circular;
  const work = dataSource.query('SELECT $1::jsonb', [circular]);
  const error: unknown = await work.catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(Error);
  expect(isTransient(error)).toBe(false);
});

it('the database counts as available when it refuses a statement', async () => {
  const error: unknown = await dataSource.query('SELEKT').catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(Error);
  expect(isTransient(error)).toBe(false);
});
