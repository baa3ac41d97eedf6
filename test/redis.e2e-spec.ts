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

describe('without REDIS_URL', () => {
  it('there is no connection, and nothing tries to make one', () => {
    const { isConfigured, isReady } = connect(undefined);
    expect({ isConfigured, isReady }).toEqual({ isConfigured: false, isReady: false });
  });
});

describe('with a Redis that is there', () => {
  it('commands are answered', async () => {
    connect(redis.url);
    await ready();
    expect(await connection.ask((client) => client.ping())).toBe('PONG');
  });

  it('every command of a tick is answered, however many there are', async () => {
    connect(redis.url);
    await ready();
    const asked = Array.from({ length: 1_000 }, (_, index) => String(index));
    const { commands } = connection;
    expect(await Promise.all(asked.map((text) => commands.echo(text)))).toEqual(asked);
  });
});

describe('with a Redis that is not there yet', () => {
  it('a command fails at once', async () => {
    proxy.goAway();
    connect(proxy.url);
    expect(await failsAfter(() => connection.commands.ping())).toBeLessThan(AT_ONCE_MS);
  });

  it('commands work once it is there', async () => {
    proxy.goAway();
    connect(proxy.url);
    await new Promise((resolve) => connection.subscriptions.failures.subscribe(resolve));
    proxy.comeBack();
    await ready();
    expect(await connection.commands.ping()).toBe('PONG');
  });
});

describe('when Redis has gone away', () => {
  it('a command fails at once', async () => {
    connect(proxy.url);
    await ready();
    proxy.goAway();
    await away();
    expect(await failsAfter(() => connection.commands.ping())).toBeLessThan(AT_ONCE_MS);
  });

  it('it is connected to again', async () => {
    connect(proxy.url);
    await ready();
    proxy.goAway();
    await away();
    proxy.comeBack();
    await ready();
    expect(await connection.ask((client) => client.ping())).toBe('PONG');
  });

  it('one line says so, whatever the number of tries', async () => {
    connect(proxy.url);
    await ready();
    let failures = 0;
    connection.subscriptions.failures.subscribe(() => (failures += 1));
    warnings = [];
    proxy.goAway();
    await until(() => failures > 3, TIMEOUT_MS);
    expect(warnings).toHaveLength(1);
  });

  it('tries are further and further apart', async () => {
    const moments: number[] = [];
    proxy.goAway();
    connect(proxy.url);
    connection.subscriptions.failures.subscribe(() => moments.push(performance.now()));
    await until(() => moments.length > 4, TIMEOUT_MS);
    // Four pauses of 100, 200, 400 and 800 ms, each drawn from its upper half.
    expect(moments[4]! - moments[0]!).toBeGreaterThan(700);
  });
});

describe('when every connection is killed by an operator', () => {
  it('others are made', async () => {
    connect(redis.url);
    await ready();
    await redis.run('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await away();
    await ready();
    expect(await connection.ask((client) => client.ping())).toBe('PONG');
  });
});

describe('when what is sent is swallowed on the way', () => {
  it('whoever cannot wait is told after a moment', async () => {
    connect(proxy.url);
    await ready();
    proxy.fallSilent();
    expect(await failsAfter(() => connection.ask((client) => client.ping()))).toBeLessThan(1_000);
  });

  it('the next one is told at once', async () => {
    connect(proxy.url);
    await ready();
    proxy.fallSilent();
    await failsAfter(() => connection.ask((client) => client.ping()));
    expect(await failsAfter(() => connection.ask((client) => client.ping()))).toBeLessThan(
      AT_ONCE_MS,
    );
  });

  it('the connection is given up, although something is written to it all the time', async () => {
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

  it('a connection that is open and greeted by nobody is tried again', async () => {
    proxy.fallSilent();
    connect(proxy.url);
    await new Promise((resolve) => connection.subscriptions.failures.subscribe(resolve));
    proxy.comeBack();
    await ready();
    expect(connection.isReady).toBe(true);
  });
});

describe('when Redis stands still for a moment', () => {
  it('it counts as away, and as back once it answers', async () => {
    connect(redis.url);
    await ready();
    await redis.run('CLIENT', 'PAUSE', '1000', 'ALL');
    await failsAfter(() => connection.ask((client) => client.ping()));
    const wasReady = connection.isReady;
    await ready();
    expect(wasReady).toBe(false);
  });
});

describe('when it is closed', () => {
  it('commands under way are still answered', async () => {
    connect(redis.url);
    await ready();
    const reply = connection.commands.echo('the last');
    await connection.onApplicationShutdown();
    expect(await reply).toBe('the last');
  });

  it('it is over within a second, also when Redis does not answer', async () => {
    connect(proxy.url);
    await ready();
    proxy.fallSilent();
    const reply = connection.commands.ping().catch(() => undefined);
    const start = performance.now();
    await connection.onApplicationShutdown();
    await reply;
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
