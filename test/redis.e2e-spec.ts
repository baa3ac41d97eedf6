import { Logger } from '@nestjs/common';
import { readSettings } from '../src/config/settings.js';
import { RedisConnection } from '../src/redis/redis.connection.js';
import { RedisProcess } from './support/redis-process.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { until } from './support/until.js';

/** More than it may take to notice that a connection is dead, and to make another. */
const TIMEOUT_MS = 20_000;
/** Milliseconds in which also a busy machine answers; far below what connecting may take. */
const AT_ONCE_MS = 1_000;

let redis: RedisProcess;
let proxy: TcpProxy;
let connection: RedisConnection;
let warnings: unknown[] = [];

beforeAll(async () => {
  Logger.overrideLogger({
    log: () => undefined,
    warn: (message: unknown) => warnings.push(message),
    error: console.error,
  });
  redis = await RedisProcess.start();
});
afterAll(() => redis.drop());
beforeEach(async () => {
  proxy = await TcpProxy.to(redis.url);
});
afterEach(async () => {
  await connection.onApplicationShutdown();
  await proxy.close();
});

function connect(url: string | undefined): RedisConnection {
  connection = new RedisConnection(readSettings(url === undefined ? {} : { REDIS_URL: url }));
  connection.onModuleInit();
  return connection;
}

const ready = (): Promise<void> => until(() => connection.isReady, TIMEOUT_MS);
const away = (): Promise<void> => until(() => !connection.isReady, TIMEOUT_MS);

async function failsAfter(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await expect(work()).rejects.toThrow();
  return performance.now() - start;
}

it('an instance without REDIS_URL makes no connection to Redis', () => {
  const { isConfigured, isReady } = connect(undefined);
  expect({ isConfigured, isReady }).toEqual({ isConfigured: false, isReady: false });
});

it('Redis answers commands', async () => {
  connect(redis.url);
  await ready();
  expect(await connection.ask((client) => client.ping())).toBe('PONG');
});

it('Redis answers every command of a tick, however many there are', async () => {
  connect(redis.url);
  await ready();
  const asked = Array.from({ length: 1_000 }, (_, index) => String(index));
  const { commands } = connection;
  expect(await Promise.all(asked.map((text) => commands.echo(text)))).toEqual(asked);
});

it('a command fails at once before Redis is there', async () => {
  proxy.goAway();
  connect(proxy.url);
  expect(await failsAfter(() => connection.commands.ping())).toBeLessThan(AT_ONCE_MS);
});

it('a command succeeds once Redis is there', async () => {
  proxy.goAway();
  connect(proxy.url);
  await new Promise((resolve) => connection.subscriptions.failures.subscribe(resolve));
  proxy.comeBack();
  await ready();
  expect(await connection.commands.ping()).toBe('PONG');
});

it('a command fails at once after Redis has ended', async () => {
  connect(proxy.url);
  await ready();
  proxy.goAway();
  await away();
  expect(await failsAfter(() => connection.commands.ping())).toBeLessThan(AT_ONCE_MS);
});

it('a new connection is made after Redis has ended', async () => {
  connect(proxy.url);
  await ready();
  proxy.goAway();
  await away();
  proxy.comeBack();
  await ready();
  expect(await connection.ask((client) => client.ping())).toBe('PONG');
});

it('one line says that Redis is unavailable, whatever the number of tries', async () => {
  connect(proxy.url);
  await ready();
  let failures = 0;
  connection.subscriptions.failures.subscribe(() => (failures += 1));
  warnings = [];
  proxy.goAway();
  await until(() => failures > 3, TIMEOUT_MS);
  expect(warnings).toHaveLength(1);
});

it('the pauses between tries to connect to Redis grow', async () => {
  const moments: number[] = [];
  proxy.goAway();
  connect(proxy.url);
  connection.subscriptions.failures.subscribe(() => moments.push(performance.now()));
  await until(() => moments.length > 4, TIMEOUT_MS);
  // Four pauses of 100, 200, 400 and 800 ms, each drawn from its upper half.
  expect(moments[4]! - moments[0]!).toBeGreaterThan(700);
});

it('new connections are made after an operator has killed all', async () => {
  connect(redis.url);
  await ready();
  await redis.run('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await away();
  await ready();
  expect(await connection.ask((client) => client.ping())).toBe('PONG');
});

it('a command without an answer fails after a moment', async () => {
  connect(proxy.url);
  await ready();
  proxy.fallSilent();
  expect(await failsAfter(() => connection.ask((client) => client.ping()))).toBeLessThan(1_000);
});

it('a command after one without an answer fails at once', async () => {
  connect(proxy.url);
  await ready();
  proxy.fallSilent();
  await failsAfter(() => connection.ask((client) => client.ping()));
  expect(await failsAfter(() => connection.ask((client) => client.ping()))).toBeLessThan(
    AT_ONCE_MS,
  );
});

it('a connection without an answer is closed, although something is written to it all the time', async () => {
  connect(proxy.url);
  await ready();
  const { client } = connection.subscriptions;
  proxy.fallSilent();
  const writing = setInterval(() => void client.ping().catch(() => undefined), 50);
  await until(() => !client.isReady, TIMEOUT_MS);
  clearInterval(writing);
  proxy.comeBack();
  await ready();
  expect(connection.subscriptions.client).not.toBe(client);
});

it('a connection that is open and does not answer is tried again', async () => {
  proxy.fallSilent();
  connect(proxy.url);
  await new Promise((resolve) => connection.subscriptions.failures.subscribe(resolve));
  proxy.comeBack();
  await ready();
  expect(connection.isReady).toBe(true);
});

it('a Redis that does not answer for a moment counts as unavailable, and as available once it answers', async () => {
  connect(redis.url);
  await ready();
  await redis.run('CLIENT', 'PAUSE', '1000', 'ALL');
  await failsAfter(() => connection.ask((client) => client.ping()));
  const wasReady = connection.isReady;
  await ready();
  expect(wasReady).toBe(false);
});

it('a connection that is closed still answers commands under way', async () => {
  connect(redis.url);
  await ready();
  const reply = connection.commands.echo('the last');
  await connection.onApplicationShutdown();
  expect(await reply).toBe('the last');
});

it('a connection is closed within a second, also when Redis does not answer', async () => {
  connect(proxy.url);
  await ready();
  proxy.fallSilent();
  const reply = connection.commands.ping().catch(() => undefined);
  const start = performance.now();
  await connection.onApplicationShutdown();
  await reply;
  expect(performance.now() - start).toBeLessThan(1_000);
});
