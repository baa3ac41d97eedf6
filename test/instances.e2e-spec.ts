import { setTimeout as pause } from 'node:timers/promises';
import { StreamHub } from '../src/notification/broadcast/stream.hub.js';
import type { TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { broadcasterOf, Cluster, stopSweepingByTheClock } from './support/cluster.js';
import { closeStreams, type EventStream } from './support/event-stream.js';
import { RedisProcess } from './support/redis-process.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { until } from './support/until.js';

let redis: RedisProcess;
let cluster: Cluster;
let instances: [TestApp, TestApp, TestApp];
let author: Person;
let question: number;

/** So that what arrives was received, and not found. */
async function startCluster(environment: Record<string, string> = {}): Promise<Cluster> {
  const started = await Cluster.start([redis.url, redis.url, redis.url], environment);
  await started.ready();
  started.instances.forEach(stopSweepingByTheClock);
  return started;
}

beforeAll(async () => {
  redis = await RedisProcess.start();
  cluster = await startCluster();
  instances = cluster.instances as typeof instances;
});
afterAll(async () => {
  await cluster.stop();
  await redis.drop();
});
beforeEach(async () => {
  author = await instances[0].person();
  question = await instances[0].ask(author);
});
afterEach(closeStreams);

async function open(app: TestApp, as = author, query = ''): Promise<EventStream> {
  const stream = await app.stream(as, { query });
  await stream.next('connected');
  return stream;
}

/** Two tabs on each instance. */
function openTabs(): Promise<EventStream[]> {
  return Promise.all([...instances, ...instances].map((app) => open(app)));
}

async function voteOn(app: TestApp, on = question): Promise<void> {
  await app.voteForQuestion(await app.person(), on);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

it('a vote on one instance reaches the tabs on all, once each and in order', async () => {
  const tabs = await openTabs();
  const votes = 30;
  const voters = await Promise.all(range(1, votes).map(() => instances[0].person()));
  await Promise.all(
    voters.map((voter, index) => instances[index % 3]!.voteForQuestion(voter, question)),
  );
  const seen = await Promise.all(tabs.map((tab) => tab.take('notification', votes)));
  expect(seen.map((frames) => frames.map(({ id }) => Number(id)))).toEqual(
    tabs.map(() => range(1, votes)),
  );
});

it('an instance shows its own votes once', async () => {
  const tab = await open(instances[0]);
  const { received } = broadcasterOf(instances[0]).traffic;
  await voteOn(instances[0]);
  await until(() => broadcasterOf(instances[0]).traffic.received > received);
  await voteOn(instances[1]);
  await tab.take('notification', 2);
  expect(tab.all('notification').map(({ id }) => id)).toEqual(['1', '2']);
});

it('a read on one instance reaches the tabs on all', async () => {
  await voteOn(instances[0]);
  await instances[0].idle();
  const tabs = await openTabs();
  const { notifications } = await instances[1].list(author);
  const body = { notification_ids: [notifications[0]!.id] };
  await instances[1].must('PUT', '/api/notification/read', { as: author, body });
  const frames = await Promise.all(tabs.map((tab) => tab.next('read')));
  expect(frames.map(({ data }) => data)).toEqual(
    tabs.map(() => ({ ...body, unread_count: 0, rev: 2 })),
  );
});

it('a read of everything on one instance reaches the tabs on all', async () => {
  await voteOn(instances[0]);
  await instances[0].idle();
  const tabs = await openTabs();
  await instances[2].must('PUT', '/api/notification/read-all', { as: author });
  const frames = await Promise.all(tabs.map((tab) => tab.next('read')));
  expect(frames.map(({ data }) => data['notification_ids'])).toEqual(tabs.map(() => 'all'));
});

describe('subscriptions', () => {
  const channel = (): string => `qna:inbox:${author.id}`;
  const subscribers = async (): Promise<number> =>
    (await redis.run<[string, number]>('PUBSUB', 'NUMSUB', channel()))[1];

  it('an instance subscribes to the users who have streams there, and to no others', async () => {
    const before = broadcasterOf(instances[2]).traffic.received;
    const tab = await open(instances[1]);
    await voteOn(instances[0]);
    await tab.next('notification');
    expect(broadcasterOf(instances[2]).traffic.received).toBe(before);
  });

  it('an instance counts the messages it receives in its metrics', async () => {
    const tab = await open(instances[1]);
    await voteOn(instances[0]);
    await tab.next('notification');
    const { body } = await instances[1].call<string>('GET', '/metrics');
    const [, count] = /^qna_broadcast_received_total (\d+)$/m.exec(body)!;
    expect(Number(count)).toBe(broadcasterOf(instances[1]).traffic.received);
  });

  it('an instance subscribes once to a user, whatever the number of tabs', async () => {
    await Promise.all(range(1, 5).map(() => open(instances[1])));
    expect(await subscribers()).toBe(1);
  });

  it('an instance stays subscribed while a stream of the user is left', async () => {
    const [first, second] = [await open(instances[1]), await open(instances[1])];
    first.close();
    await first.ended;
    await voteOn(instances[0]);
    expect((await second.next('notification')).id).toBe('1');
  });

  it('an instance unsubscribes when the last stream of the user has ended', async () => {
    const tab = await open(instances[1]);
    tab.close();
    await until(async () => (await subscribers()) === 0);
    expect(await subscribers()).toBe(0);
  });
});

describe('an instance with a slow Redis', () => {
  /** Milliseconds to Redis, and again back: less than a stream waits for its subscription. */
  const WAY_MS = 40;

  let proxy: TcpProxy;
  let near: TestApp;
  let far: TestApp;
  let both: Cluster;

  beforeAll(async () => {
    proxy = await TcpProxy.to(redis.url);
    both = await Cluster.start([redis.url, proxy.url]);
    await both.ready();
    both.instances.forEach(stopSweepingByTheClock);
    [near, far] = both.instances as [TestApp, TestApp];
  });
  beforeEach(() => proxy.slowDown(WAY_MS));
  afterEach(() => proxy.comeBack());
  afterAll(async () => {
    await both.stop();
    await proxy.close();
  });

  it('an instance with a slow Redis misses nothing that happens while a stream opens there', async () => {
    const rounds = range(1, 10).map(async () => {
      const reader = await near.person();
      const asked = await near.ask(reader);
      const [stream] = await Promise.all([
        far.stream(reader, { query: '&last_event_id=0' }),
        voteOn(near, asked),
      ]);
      return (await stream.next('notification')).id;
    });
    expect(new Set(await Promise.all(rounds))).toEqual(new Set(['1']));
  });

  it('an instance with a slow Redis receives the changes of users who reconnect while it subscribes', async () => {
    const hub = far.app.get(StreamHub);
    const channels = range(1_000_001, 1_000_100).map((userId) => `qna:inbox:${userId}`);
    const flighty = channels.map(async (_, index) => {
      const changes = hub.changes(1_000_001 + index);
      for (const turn of range(1, 8)) {
        const subscription = changes.subscribe();
        await pause(Math.random() * WAY_MS);
        if (turn === 8) return;
        subscription.unsubscribe();
        await pause(Math.random() * WAY_MS);
      }
    });
    await Promise.all(flighty);
    await until(() => broadcasterOf(far).isSettled);
    const counts = await redis.run<(string | number)[]>('PUBSUB', 'NUMSUB', ...channels);
    expect(counts).toEqual(channels.flatMap((channel) => [channel, 1]));
  });
});

describe('forged messages', () => {
  const say = (text: string, to = author): Promise<unknown> =>
    redis.run('PUBLISH', `qna:inbox:${to.id}`, text);
  const change = (userId: unknown, rev: unknown, frame?: object): string =>
    JSON.stringify({ userId, head: { seq: rev, rev, unreadCount: 1 }, frame });
  const forged = { type: 'notification', data: '{"message":"forged"}' };

  it.each<[string, () => string]>([
    ['nothing', () => ''],
    ['no JSON', () => '{'],
    ['bytes that are no text', () => '\u0000\uFFFD\uD800'],
    ['null', () => 'null'],
    ['a megabyte', () => '['.repeat(1_000_000)],
    ['another shape', () => '{"userId":"1","head":[]}'],
    ['what looks like a change', () => change(author.id, 1, forged)],
    ['a change from far ahead', () => change(author.id, 2 ** 40)],
    ['a change under a seal of no key', () => 'A'.repeat(43) + change(author.id, 1, forged)],
  ])('an instance drops a message that is %s', async (_, text) => {
    const tab = await open(instances[1]);
    await say(text());
    await voteOn(instances[0]);
    await tab.next('notification');
    expect(tab.frames.map(({ event, data }) => [event, data['rev']])).toEqual([
      ['connected', 0],
      ['notification', 1],
    ]);
  });

  it('an instance drops a message that was signed for another user', async () => {
    const other = await instances[0].person();
    const [tab, ear] = await Promise.all([open(instances[1], other), redis.listen('qna:inbox:*')]);
    await voteOn(instances[0]);
    await say(await ear.next(), other);
    await voteOn(instances[0], await instances[0].ask(other));
    await tab.next('notification');
    expect(tab.frames.map(({ data }) => data['resource_id'])).not.toContain(question);
  });

  it('an instance drops a message that was sent before', async () => {
    const [tab, ear] = await Promise.all([open(instances[1]), redis.listen('qna:inbox:*')]);
    await voteOn(instances[0]);
    const said = await ear.next();
    await tab.next('notification');
    await say(said);
    await voteOn(instances[0]);
    await tab.next('notification');
    expect(tab.all('notification').map(({ id }) => id)).toEqual(['1', '2']);
  });
});

it('two deployments with different prefixes on one Redis receive nothing of each other', async () => {
  const other = await startCluster({ REDIS_PREFIX: 'other:' });
  const [there] = other.instances as [TestApp];
  // Both count their users from one: the same ids live in both.
  const double = await there.person();
  const namesake = { ...double, token: instances[0].token(double.id) };
  const stream = await open(there, double);
  const before = broadcasterOf(there).traffic.received;
  const tab = await open(instances[1], namesake);
  await voteOn(instances[0], await instances[0].ask(namesake));
  await tab.next('notification');
  // Theirs comes after ours, on the same connection.
  await voteOn(other.instances[1]!, await there.ask(double));
  await stream.next('notification');
  expect([broadcasterOf(there).traffic.received - before, stream.frames.length]).toEqual([1, 2]);
  await other.stop();
});
