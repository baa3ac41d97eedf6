import type { Socket } from 'node:net';
import { startApp, type TestApp } from './support/app.js';
import { Board, type Person } from './support/board.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { closeStreams, type EventStream } from './support/event-stream.js';
import { flood } from './support/flood.js';
import { JWT_SECRET, killServers, ServerProcess } from './support/server-process.js';
import { until } from './support/until.js';

/** Nest says so when it cuts a stream, and how many characters were waiting for it. */
const CUT = /not reading its events: (\d+) character/g;
/** Characters that may wait: a full replay of 10 events and 250 more, of 1,024 each. */
const REPLAY_LIMIT = 10;
const BOUND = (REPLAY_LIMIT + 250) * 1_024;
/**
 * Those who vote in every round, and for how many questions each. A round is less than the bound: all
 * tabs read in this process, and when the machine is busy, a whole round may wait for one that does
 * read. With a larger round the server would cut it, and rightly.
 */
const VOTERS = 25;
const QUESTIONS = 8;
const MEGABYTE = 1_024 ** 2;

/** The longest name that the table takes, of characters that are the longest in JSON. */
const longName = (index: number): string => String(index).padEnd(50, '\u0001');

function ids(stream: EventStream): number[] {
  return stream.all('notification').map(({ id }) => Number(id));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

describe('one reader that never reads among two hundred', () => {
  const PEOPLE = 10;
  const TABS = 20;

  let database: TestDatabase;
  let server: ServerProcess;
  let stuck: EventStream;
  let beside: EventStream[];
  let others: EventStream[][];
  let longestMs: number;
  let grownBytes: number;
  let back: EventStream;
  let total = 0;

  beforeAll(async () => {
    database = await createDatabase();
    server = await ServerProcess.start({
      DATABASE_URL: database.url,
      SSE_REPLAY_LIMIT: String(REPLAY_LIMIT),
      SSE_MAX_STREAMS_PER_USER: String(TABS + 1),
      RATE_LIMIT: 'off',
    });
    const board = new Board(server.url, JWT_SECRET, database);
    const people = await Promise.all(range(1, PEOPLE).map(() => board.person()));
    const [author, ...bystanders] = people as [Person, ...Person[]];
    const questions = await Promise.all(bystanders.map((person) => board.ask(person)));
    const voters = await Promise.all(
      range(1, VOTERS).map((index) => board.person({ username: longName(index) })),
    );
    const open = (person: Person): Promise<EventStream[]> =>
      Promise.all(range(1, TABS).map(() => board.stream(person)));
    beside = await open(author);
    others = await Promise.all(bystanders.map(open));
    stuck = await board.stream(author);
    await stuck.next('connected');
    stuck.pause();
    const before = await server.residentBytes();

    longestMs = await goOnUntil(() => server.output.search(CUT) >= 0);
    grownBytes = (await server.residentBytes()) - before;
    stuck.resume();
    await stuck.ended;
    const cursor = stuck.frames.at(-1)!.id!;
    back = await board.stream(author, { lastEventId: cursor });
    await back.next('connected');

    /** Notifies the author of many votes, and every other user of one. @returns the longest that took */
    async function goOnUntil(isOver: () => boolean): Promise<number> {
      let longest = 0;
      while (total === 0 || !isOver()) {
        const voter = await board.person();
        const start = performance.now();
        await flood(database, author, voters, QUESTIONS, 1 + total / VOTERS);
        await Promise.all(questions.map((question) => board.voteForQuestion(voter, question)));
        await Promise.all(others.flat().map((tab) => tab.next('notification')));
        longest = Math.max(longest, performance.now() - start);
        await Promise.all(beside.map((tab) => tab.take('notification', VOTERS * QUESTIONS)));
        total += VOTERS * QUESTIONS;
      }
      return longest;
    }
  }, 120_000);
  afterAll(async () => {
    closeStreams();
    await killServers();
    await database.drop();
  });

  it('a reader that never reads is cut', () => {
    expect(stuck.isOpen).toBe(false);
  });

  it('a reader that never reads has no more waiting for it than the bound and the event that exceeded it', () => {
    const waiting = [...server.output.matchAll(CUT)].map(([, length]) => Number(length));
    expect(waiting.filter((length) => length > BOUND + 1_024)).toEqual([]);
  });

  it('a reader that never reads is the only one that is cut', () => {
    expect([...server.output.matchAll(CUT)]).toHaveLength(1);
  });

  it('a reader that never reads was shown in order, without a gap, what came before', () => {
    expect(ids(stuck)).toEqual(range(1, ids(stuck).length));
  });

  it('a reader that was cut is resumed when it reconnects', () => {
    expect([back.status, back.isOpen]).toEqual([200, true]);
  });

  it('a reader that was cut frees its connection, so that no other stream is closed when it reconnects', () => {
    expect(beside.filter(({ isOpen }) => isOpen)).toHaveLength(TABS);
  });

  it('a reader that never reads takes nothing from the other tabs of its user', () => {
    expect(beside.map(ids)).toEqual(beside.map(() => range(1, total)));
  });

  it('a reader that never reads takes nothing from other people', () => {
    const shown = others.flat().map((tab) => ids(tab).length);
    expect(others.flat().map(ids)).toEqual(shown.map((count) => range(1, count)));
  });

  it('a reader that never reads delays nobody else', () => {
    // Hundreds of events are written to twenty others at the same time, on a machine that may be busy.
    expect(longestMs).toBeLessThan(10_000);
  });

  it('a reader that never reads does not make the process grow', () => {
    expect(grownBytes).toBeLessThan(200 * MEGABYTE);
  });
});

describe('a reader that reads slowly', () => {
  /** More than systems keep for a connection, so that most of it waits in the server. */
  const LIMIT = 8_000;
  const LIVE = 100;
  const SIP_BYTES = 65_536;

  let board: TestApp;
  let author: Person;
  let stream: EventStream;

  beforeAll(async () => {
    board = await startApp({ SSE_REPLAY_LIMIT: String(LIMIT) });
    author = await board.person();
    const voters = await Promise.all(
      range(1, 25).map((index) => board.person({ username: longName(index) })),
    );
    const first = await board.stream(author);
    await flood(board.database, author, voters, LIMIT / voters.length);
    await first.take('notification', LIMIT);
    first.close();
    stream = await board.stream(author, { lastEventId: '0' });
    // Later than the server has written what the connection takes.
    stream.pause();
    const question = await board.ask(author);
    for (let vote = 0; vote < LIVE; vote += 1) {
      await board.voteForQuestion(await board.person({ username: longName(100 + vote) }), question);
    }
    stream.sip(SIP_BYTES);
    stream.resume();
    await stream.take('notification', LIMIT + LIVE);
  });
  afterAll(() => board.stop());

  it('a reader that reads slowly gets a full replay of the longest events, and what came meanwhile', () => {
    expect(ids(stream)).toEqual(range(1, LIMIT + LIVE));
  });

  it('no event is longer than the calculation of the backlog assumes', () => {
    const lengths = stream.text.split('\n\n').map(({ length }) => length);
    expect(Math.max(...lengths)).toBeLessThan(1_024);
  });

  it('a reader that reads slowly is not cut', () => {
    expect(stream.isOpen).toBe(true);
  });
});

describe('streams that the server ends', () => {
  /** What systems keep for a connection comes to some megabytes. */
  const ENOUGH = { questions: 300, events: VOTERS * 300 };

  let board: TestApp;
  let user: Person;
  let voters: Person[];
  let stuck: EventStream;
  /** What the server has of each connection, by the port of its client. */
  const sockets = new Map<number, Socket>();

  beforeAll(async () => {
    board = await startApp({
      SSE_MAX_STREAMS_PER_USER: '1',
      SSE_REPLAY_LIMIT: String(ENOUGH.events),
    });
    board.app.getHttpServer().on('connection', (socket: Socket) => {
      sockets.set(socket.remotePort!, socket);
    });
    voters = await Promise.all(
      range(1, VOTERS).map((index) => board.person({ username: longName(index) })),
    );
  });
  afterAll(() => board.stop());
  beforeEach(async () => {
    user = await board.person();
    stuck = await board.stream(user);
    await stuck.next('connected');
    stuck.pause();
    await flood(board.database, user, voters, ENOUGH.questions);
    await until(async () => (await board.list(user)).total === ENOUGH.events);
  });
  afterEach(closeStreams);

  it.each([
    ['its place is taken', () => board.stream(user, { lastEventId: '1' })],
    ['its token is revoked', () => board.must('POST', '/api/user/logout', { as: user })],
  ])('a reader that never reads loses its connection when %s', async (_, end) => {
    const socket = sockets.get(stuck.port)!;
    const wasOpen = !socket.destroyed;
    await end();
    await until(() => socket.destroyed);
    expect(wasOpen).toBe(true);
  });
});
