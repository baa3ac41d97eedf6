import { EventSource } from 'eventsource';
import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { closeStreams, openStreams } from './support/event-stream.js';

/** A tab: an unmodified EventSource that records what it receives. */
class Tab {
  readonly heard: { type: string; data: Record<string, unknown>; at: number }[] = [];
  private readonly source: EventSource;
  private wake: () => void = () => undefined;

  constructor(url: string) {
    this.source = new EventSource(url);
    for (const type of ['connected', 'notification', 'read']) {
      this.source.addEventListener(type, (event) => {
        const data = JSON.parse(String(event.data)) as Record<string, unknown>;
        this.heard.push({ type, data, at: performance.now() });
        this.wake();
      });
    }
  }

  /** Resolves once the tab has heard that many events in all. */
  async until(count: number): Promise<void> {
    while (this.heard.length < count) {
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  close(): void {
    this.source.close();
  }
}

describe('streams', () => {
  let board: TestApp;
  let author: Person;
  let other: Person;

  beforeAll(async () => {
    board = await startApp();
  });
  afterAll(() => board.stop());
  beforeEach(async () => {
    author = await board.person();
    other = await board.person({ username: `other-${Math.random()}` });
  });
  afterEach(() => {
    closeStreams();
  });

  describe('EventSource', () => {
    let tabs: Tab[];
    let answererTab: Tab;
    let started: number[];

    beforeEach(async () => {
      const url = (person: Person): string =>
        `${board.url}/api/notification/stream?token=${person.token}`;
      tabs = [1, 2, 3].map(() => new Tab(url(author)));
      answererTab = new Tab(url(other));
      await Promise.all([...tabs, answererTab].map((tab) => tab.until(1)));

      const question = await board.ask(author);
      started = [];
      const act = async (action: Promise<unknown>, tab: Tab, count: number): Promise<void> => {
        started.push(performance.now());
        await Promise.all([action, tab.until(count)]);
      };
      await act(board.voteForQuestion(other, question), tabs[0]!, 2);
      const answering = board.answer(other, question);
      await act(answering, tabs[0]!, 3);
      await act(board.answer(other, question), tabs[0]!, 4);
      await act(board.voteForAnswer(author, await answering), answererTab, 2);
      await board.must('PUT', '/api/notification/read-all', { as: author });
      await Promise.all(tabs.map((tab) => tab.until(5)));
    });
    afterEach(() => [...tabs, answererTab].forEach((tab) => tab.close()));

    it('EventSource shows each event once, in order, in every tab', () => {
      const types = tabs.map((tab) =>
        tab.heard.map(({ type, data }) => data['event_type'] ?? type),
      );
      const expected = ['connected', 'question.voted', 'answer.created', 'answer.created', 'read'];
      expect(types).toEqual([expected, expected, expected]);
    });

    it('EventSource shows the author of an answer the vote for it, and nothing else', () => {
      expect(answererTab.heard.map(({ data }) => data['event_type'])).toEqual([
        undefined,
        'answer.voted',
      ]);
    });

    it('EventSource shows each event within a second', () => {
      const seen = [...tabs[0]!.heard.slice(1, 4), answererTab.heard[1]!];
      const slowest = Math.max(...seen.map(({ at }, index) => at - started[index]!));
      expect(slowest).toBeLessThan(1_000);
    });

    it('every tab receives that all was read', () => {
      expect(tabs.map((tab) => tab.heard.at(-1)?.data)).toEqual(
        tabs.map(() => ({ notification_ids: 'all', unread_count: 0, rev: 4 })),
      );
    });
  });

  it('every tab receives the ids that were read', async () => {
    const question = await board.ask(author);
    const streams = [await board.stream(author), await board.stream(author)];
    await board.voteForQuestion(other, question);
    const [frame] = await Promise.all(streams.map((stream) => stream.next('notification')));
    const body = { notification_ids: [frame!.data['id'], 999_999] };
    await board.must('PUT', '/api/notification/read', { as: author, body });
    const reads = await Promise.all(streams.map((stream) => stream.next('read')));
    const expected = { notification_ids: [frame!.data['id']], unread_count: 0, rev: 2 };
    expect(reads.map(({ data }) => data)).toEqual([expected, expected]);
  });

  it('a stream is silent when a read changes nothing', async () => {
    const question = await board.ask(author);
    const stream = await board.stream(author);
    await stream.next('connected');
    await board.must('PUT', '/api/notification/read-all', { as: author });
    await board.voteForQuestion(other, question);
    await stream.next('notification');
    expect(stream.frames.map(({ event }) => event)).toEqual(['connected', 'notification']);
  });

  it('a stream without a cursor starts at the newest notification', async () => {
    await board.voteForQuestion(other, await board.ask(author));
    await board.idle();
    const { id, data } = await (await board.stream(author)).next('connected');
    expect({ id, ...data, user_id: 0 }).toEqual({
      id: '1',
      user_id: 0,
      unread_count: 1,
      rev: 1,
      resumed: false,
      replayed: 0,
      resync: false,
      heartbeat_seconds: 30,
    });
  });

  it('a stream gives a time of 2 to 4 seconds for reconnecting', async () => {
    const { retry } = await (await board.stream(author)).next('connected');
    expect(Number(retry)).toBeGreaterThanOrEqual(2_000);
    expect(Number(retry)).toBeLessThanOrEqual(4_000);
  });

  it('a stream forbids proxies to store or change it', async () => {
    const { headers } = await board.stream(author);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': expect.stringContaining('no-transform'),
      'x-accel-buffering': 'no',
    });
  });

  it('a stream opens with a token in the header as well', async () => {
    const response = await fetch(`${board.url}/api/notification/stream`, {
      headers: { authorization: `Bearer ${author.token}` },
    });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  it('a stream frees everything when its client closes it', async () => {
    const stream = await board.stream(author);
    await stream.next('connected');
    stream.close();
    await stream.ended;
    expect(openStreams()).toBe(0);
  });

  describe('resumed streams', () => {
    beforeEach(async () => {
      const question = await board.ask(author);
      for (let votes = 0; votes < 3; votes += 1) {
        await board.voteForQuestion(await board.person(), question);
        await board.idle();
      }
    });

    it.each([
      ['the head', '3', { resumed: true, replayed: 0, resync: false }],
      ['one before the head', '2', { resumed: true, replayed: 1, resync: false }],
      ['the beginning', '0', { resumed: true, replayed: 3, resync: false }],
      ['ahead of the head', '4', { resumed: false, replayed: 0, resync: true }],
      ['far too large', '99999999999999', { resumed: false, replayed: 0, resync: true }],
      ['negative', '-1', { resumed: false, replayed: 0, resync: true }],
      ['a fraction', '1.5', { resumed: false, replayed: 0, resync: true }],
      ['text', 'yesterday', { resumed: false, replayed: 0, resync: true }],
      ['padded with a zero', '02', { resumed: false, replayed: 0, resync: true }],
    ])(
      'the "connected" of a stream whose cursor is %s says how it continues',
      async (_, lastEventId, expected) => {
        const { data } = await (await board.stream(author, { lastEventId })).next('connected');
        expect(data).toMatchObject(expected);
      },
    );

    it('a resumed stream gets what it missed, in order', async () => {
      const stream = await board.stream(author, { lastEventId: '1' });
      const frames = await stream.take('notification', 2);
      expect(frames.map(({ id }) => id)).toEqual(['2', '3']);
    });

    it('the "connected" of a resumed stream has the cursor where it started', async () => {
      const { id } = await (await board.stream(author, { lastEventId: '1' })).next('connected');
      expect(id).toBe('1');
    });

    it('a resumed stream gets what it missed in its current state', async () => {
      await board.must('PUT', '/api/notification/read-all', { as: author });
      const stream = await board.stream(author, { lastEventId: '2' });
      const { data } = await stream.next('notification');
      expect(data).toMatchObject({ is_read: true, unread_count: 0, rev: 4 });
    });

    it('a stream may name its cursor in the query', async () => {
      const stream = await board.stream(author, { query: '&last_event_id=2' });
      expect((await stream.next('connected')).data).toMatchObject({ resumed: true, replayed: 1 });
    });

    it('the cursor in the header of a stream takes precedence over the query', async () => {
      const stream = await board.stream(author, { lastEventId: '3', query: '&last_event_id=0' });
      expect((await stream.next('connected')).data).toMatchObject({ resumed: true, replayed: 0 });
    });

    it('a stream continues after the list that its client fetched', async () => {
      const { cursor } = await board.list(author);
      await board.voteForQuestion(other, await board.ask(author));
      const stream = await board.stream(author, { query: `&last_event_id=${cursor}` });
      expect((await stream.next('notification')).id).toBe('4');
    });
  });
});

describe('a replay limit of two', () => {
  let board: TestApp;
  beforeAll(async () => {
    board = await startApp({ SSE_REPLAY_LIMIT: '2' });
  });
  afterAll(() => board.stop());
  afterEach(closeStreams);

  it.each([
    ['replays two', '1', { resumed: true, replayed: 2, resync: false }],
    ['has a client that missed three fetch the list', '0', { resumed: false, resync: true }],
  ])('a stream with a replay limit of two %s', async (_, lastEventId, expected) => {
    const author = await board.person();
    const question = await board.ask(author);
    for (let votes = 0; votes < 3; votes += 1) {
      await board.voteForQuestion(await board.person(), question);
    }
    await board.idle();
    const { data } = await (await board.stream(author, { lastEventId })).next('connected');
    expect(data).toMatchObject(expected);
  });
});

const HEARTBEAT = 'event: heartbeat\nid: 1\ndata: {}\n';

describe('the bytes of a stream', () => {
  let board: TestApp;
  beforeAll(async () => {
    board = await startApp({ SSE_HEARTBEAT_SECONDS: '1' });
  });
  afterAll(() => board.stop());

  it('a stream over three heartbeats is equal to the documented bytes', async () => {
    const [author, other] = [await board.person(), await board.person()];
    const question = await board.ask(author);
    const stream = await board.stream(author);
    const { retry } = await stream.next('connected');
    await board.voteForQuestion(other, question);
    const notification = (await stream.next('notification')).data;
    await stream.next('heartbeat');
    await board.must('PUT', '/api/notification/read-all', { as: author });
    await stream.take('heartbeat', 2);
    stream.close();
    const connected = { user_id: author.id, unread_count: 0, rev: 0 };
    const fresh = { resumed: false, replayed: 0, resync: false, heartbeat_seconds: 1 };
    expect(stream.text).toBe(
      [
        '',
        'event: connected',
        'id: 0',
        `retry: ${retry}`,
        `data: ${JSON.stringify({ ...connected, ...fresh })}`,
        '',
        'event: notification',
        'id: 1',
        `data: ${JSON.stringify({
          id: notification['id'],
          actor_username: other.username,
          event_type: 'question.voted',
          resource_type: 'question',
          resource_id: question,
          message: `${other.username}님이 회원님의 질문에 투표했습니다.`,
          is_read: false,
          created_at: notification['created_at'],
          unread_count: 1,
          rev: 1,
        })}`,
        '',
        HEARTBEAT,
        'event: read',
        'id: 1',
        'data: {"notification_ids":"all","unread_count":0,"rev":2}',
        '',
        HEARTBEAT,
        HEARTBEAT,
        '',
      ].join('\n'),
    );
  });
});
