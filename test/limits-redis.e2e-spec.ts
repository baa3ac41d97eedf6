import { signUp } from './support/account.js';
import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { RedisProcess } from './support/redis-process.js';
import { until } from './support/until.js';
import { RedisConnection } from '../src/redis/redis.connection.js';

const FAILURES = 10;
const WRITES = 1_200;

describe('limits in Redis', () => {
  let redis: RedisProcess;
  let database: TestDatabase;
  let one: TestApp;
  let other: TestApp;

  beforeAll(async () => {
    [redis, database] = await Promise.all([RedisProcess.start(), createDatabase()]);
    const environment = { REDIS_URL: redis.url, REDIS_PREFIX: 'limits-test:' };
    one = await startApp(environment, database);
    other = await startApp(environment, database);
  });
  afterAll(async () => {
    await one.stop();
    await other.stop();
    await database.drop();
    await redis.drop();
  });
  beforeEach(async () => {
    await until(() => [one, other].every(({ app }) => app.get(RedisConnection).isReady));
    await redis.run('FLUSHALL');
  });

  const guess = (board: TestApp, username: string) =>
    board.call('POST', '/api/user/login', { body: { username, password: 'wrong horse' } });

  async function guessUntilLimited(board: TestApp, username: string): Promise<void> {
    for (let count = 0; count < FAILURES; count += 1) await guess(board, username);
  }

  const touch = async (board: TestApp, as: Person) =>
    (await board.call('POST', '/api/notification/stream-token', { as })).status;

  it('instances that share a Redis count wrong passwords together', async () => {
    const { username } = await signUp(one);
    await guessUntilLimited(one, username);
    const { status, headers } = await guess(other, username);
    expect([status, headers.get('retry-after')]).toEqual([
      429,
      expect.stringMatching(/^\d+$/) as string,
    ]);
  });

  it('instances that share a Redis count writes together', async () => {
    const person = await one.person();
    for (let row = 0; row < WRITES / 40; row += 1) {
      const boards = Array.from({ length: 20 }, () => [one, other]).flat();
      await Promise.all(boards.map((board) => touch(board, person)));
    }
    expect([await touch(one, person), await touch(other, person)]).toEqual([429, 429]);
  });

  it('limits keep every key in Redis below the prefix, and none for ever', async () => {
    await guessUntilLimited(one, 'who-is-not-there');
    await touch(one, await one.person());
    const keys = await redis.run<string[]>('KEYS', '*');
    const lives = await Promise.all(keys.map((key) => redis.run<number>('PTTL', key)));
    expect([
      keys.every((key) => key.startsWith('limits-test:limit:')),
      lives.every((life) => life > 0 && life <= 60_000),
      keys.length,
    ]).toEqual([true, true, 3]);
  });

  it('limits store no name that was tried in Redis', async () => {
    const { username } = await signUp(one);
    await guess(one, username);
    const keys = await redis.run<string[]>('KEYS', '*failures*');
    expect([keys.length, keys.filter((key) => key.includes(username))]).toEqual([1, []]);
  });

  it('limits hold on each instance by itself while Redis is unavailable', async () => {
    const { username } = await signUp(one);
    await redis.stop('SIGKILL');
    await guessUntilLimited(one, username);
    const statuses = [(await guess(one, username)).status, (await guess(other, username)).status];
    await redis.start();
    expect(statuses).toEqual([429, 401]);
  });

  it('limits delay nothing for long while Redis does not answer', async () => {
    const person = await one.person();
    redis.freeze();
    const start = performance.now();
    const statuses = new Set<number>();
    for (let count = 0; count < 20; count += 1) statuses.add(await touch(one, person));
    const took = performance.now() - start;
    redis.thaw();
    // Each by itself waiting for an answer would take five seconds.
    expect([statuses, took < 2_500]).toEqual([new Set([201]), true]);
  });
});
