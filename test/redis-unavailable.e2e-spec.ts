import type { TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { broadcasterOf, Cluster, connectionOf, stopSweepingByTheClock } from './support/cluster.js';
import { closeStreams, type EventStream } from './support/event-stream.js';
import { RedisProcess } from './support/redis-process.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { until } from './support/until.js';

/** Milliseconds until a sweep has found what nobody announced; the rest is for a busy machine. */
const SWEPT_MS = 5_000;
/** Milliseconds: of the time that Redis takes to fail, nothing is in a request. */
const PROMPT_MS = 1_000;

let redis: RedisProcess;
let proxy: TcpProxy;
let cluster: Cluster;
/** Where things happen, and where they are heard of by way of the proxy. */
let here: TestApp;
let there: TestApp;
let author: Person;
let question: number;

async function start(): Promise<void> {
  cluster = await Cluster.start([redis.url, proxy.url]);
  [here, there] = cluster.instances as [TestApp, TestApp];
  author = await here.person();
  question = await here.ask(author);
}

beforeEach(async () => {
  redis = await RedisProcess.start();
  proxy = await TcpProxy.to(redis.url);
});
afterEach(async () => {
  closeStreams();
  await cluster.stop();
  await proxy.close();
  await redis.drop();
});

async function open(as = author): Promise<EventStream> {
  const stream = await there.stream(as);
  await stream.next('connected');
  return stream;
}

async function vote(): Promise<void> {
  await here.voteForQuestion(await here.person(), question);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const isDegraded = async ({ url }: TestApp): Promise<unknown> => {
  const { status, body } = await there.call<Readiness>('GET', '/health/ready');
  expect([url, status]).toEqual([url, 200]);
  return body.info.redis.status === 'down';
};

interface Readiness {
  info: { redis: { status: string } };
}

const awayFrom = (app: TestApp): Promise<void> => until(() => !connectionOf(app).isReady);

/** Resolves when a vote here is heard of there, without a sweep by the clock. */
async function expectToBeHeard(tab: EventStream): Promise<void> {
  await cluster.ready();
  await until(() => broadcasterOf(there).isSettled);
  stopSweepingByTheClock(there);
  await vote();
  await tab.next('notification');
}

describe('Redis unavailable at the start', () => {
  beforeEach(async () => {
    await redis.stop();
    await start();
  });

  it('an instance that starts without Redis is ready, and says that Redis is down', async () => {
    expect(await isDegraded(there)).toBe(true);
  });

  it('a stream opens at once on an instance that starts without Redis', async () => {
    expect(await timed(() => open())).toBeLessThan(PROMPT_MS);
  });

  it('a vote reaches the other instance by its sweep when both started without Redis', async () => {
    const tab = await open();
    await vote();
    expect(await timed(() => tab.next('notification'))).toBeLessThan(SWEPT_MS);
  });

  it('a read reaches the other instance by its sweep when both started without Redis', async () => {
    await vote();
    await here.idle();
    const tab = await open();
    await here.must('PUT', '/api/notification/read-all', { as: author });
    const { data } = await tab.next('read');
    expect(data).toEqual({ notification_ids: null, unread_count: 0, rev: 2 });
  });

  it('a log-out ends the streams on the other instance within five seconds when both started without Redis', async () => {
    const tab = await open();
    await here.must('POST', '/api/user/logout', { as: author });
    expect(await timed(() => tab.ended)).toBeLessThan(5_000);
  });

  it('a vote is received at once after a Redis that was unavailable at the start has come up', async () => {
    const tab = await open();
    await redis.start();
    await expectToBeHeard(tab);
    expect(await isDegraded(there)).toBe(false);
  });
});

describe('Redis fails', () => {
  let tab: EventStream;

  beforeEach(async () => {
    await start();
    await cluster.ready();
    tab = await open();
  });

  it('an instance is ready, and says that Redis is down, when Redis becomes unavailable', async () => {
    proxy.goAway();
    await awayFrom(there);
    expect(await isDegraded(there)).toBe(true);
  });

  it('what happened without Redis is found at once when Redis is available again', async () => {
    stopSweepingByTheClock(there);
    proxy.goAway();
    await awayFrom(there);
    await vote();
    await here.idle();
    proxy.comeBack();
    expect((await tab.next('notification')).id).toBe('1');
  });

  it('subscriptions are restored when Redis is available again', async () => {
    proxy.goAway();
    await awayFrom(there);
    proxy.comeBack();
    await expectToBeHeard(tab);
    expect(tab.all('notification')).toHaveLength(1);
  });

  it('a stream that opened without Redis receives votes when Redis is available again', async () => {
    proxy.goAway();
    await awayFrom(there);
    tab.close();
    await tab.ended;
    const late = await open();
    proxy.comeBack();
    await expectToBeHeard(late);
    expect(late.all('notification')).toHaveLength(1);
  });

  it('a user who has left meanwhile is not subscribed when Redis is available again', async () => {
    proxy.goAway();
    await awayFrom(there);
    tab.close();
    await tab.ended;
    const other = await open(await here.person());
    proxy.comeBack();
    await cluster.ready();
    await until(() => broadcasterOf(there).isSettled);
    const channels = await redis.run<string[]>('PUBSUB', 'CHANNELS');
    expect([channels.length, other.isOpen]).toEqual([1, true]);
  });

  it('votes are received as before after Redis was killed and started again, empty', async () => {
    await redis.stop('SIGKILL');
    await awayFrom(there);
    await redis.start();
    await expectToBeHeard(tab);
    expect(tab.all('notification')).toHaveLength(1);
  });

  it('an instance subscribes again after Redis has closed its subscriptions', async () => {
    const { client } = connectionOf(there).subscriptions;
    await redis.run('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await until(() => !client.isReady);
    await expectToBeHeard(tab);
    expect(tab.all('notification')).toHaveLength(1);
  });

  it('a vote is answered at once while Redis pauses its clients', async () => {
    await redis.run('CLIENT', 'PAUSE', '2000', 'ALL');
    expect(await timed(vote)).toBeLessThan(PROMPT_MS);
  });

  it('a vote reaches the other instance while Redis pauses its clients', async () => {
    await redis.run('CLIENT', 'PAUSE', '6000', 'ALL');
    await vote();
    expect(await timed(() => tab.next('notification'))).toBeLessThan(SWEPT_MS);
  });

  it('a stream opens at once while Redis does not answer', async () => {
    const newcomer = await here.person();
    redis.freeze();
    expect(await timed(() => open(newcomer))).toBeLessThan(PROMPT_MS);
  });

  it('a vote reaches the other instance while the line to Redis loses everything', async () => {
    proxy.fallSilent();
    await vote();
    expect(await timed(() => tab.next('notification'))).toBeLessThan(SWEPT_MS);
  });

  it('a vote is received at once after the line to Redis has lost everything', async () => {
    const { client } = connectionOf(there).subscriptions;
    proxy.fallSilent();
    await until(() => !client.isReady);
    proxy.comeBack();
    await expectToBeHeard(tab);
    expect(tab.all('notification')).toHaveLength(1);
  });

  it('the queue of an instance for a Redis that does not answer is bounded', async () => {
    const broadcaster = broadcasterOf(here);
    redis.freeze();
    const change = { userId: author.id, counters: { seq: 0, rev: 0, unreadCount: 0 } };
    for (let count = 0; count < 20_000; count += 1) broadcaster.publish(change);
    expect([broadcaster.traffic.unsent, broadcaster.traffic.dropped]).toEqual([5_000, 15_000]);
  });

  it('the queue of an instance for Redis is empty when Redis answers again', async () => {
    const broadcaster = broadcasterOf(here);
    redis.freeze();
    const change = { userId: author.id, counters: { seq: 0, rev: 0, unreadCount: 0 } };
    for (let count = 0; count < 1_000; count += 1) broadcaster.publish(change);
    redis.thaw();
    await until(() => broadcaster.traffic.unsent === 0);
    expect(broadcaster.traffic.dropped).toBe(0);
  });
});
