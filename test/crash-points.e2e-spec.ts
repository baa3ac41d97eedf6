import { Board, type Person, type Reply } from './support/board.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { DatabaseProxy } from './support/database-proxy.js';
import { closeStreams, EventStream } from './support/event-stream.js';
import { flood } from './support/flood.js';
import { Gate } from './support/gate.js';
import { JWT_SECRET, killServers, ServerProcess } from './support/server-process.js';

/**
 * Names of prepared statements: a vote with its event, the storing of notices, the removal of events,
 * the reading of what a stream has missed.
 */
const VOTING = 'cast question votes';
const STORING = 'store notifications';
const REMOVING = 'remove from outbox';
const REPLAYING = 'read history';
/** Text of the statement that takes events in, and of the one that looks for what no wake-up announced. */
const TAKING = 'UPDATE outbox SET due_at';
const SWEEPING = 'AS published (user_id';

/**
 * How it must end: the author heard of the vote once, and then of another that was cast to see that
 * nothing came in between; list, counts and table agree, and no event is left.
 */
const ONCE = { seen: [1, 2], stored: [1, 2], total: 2, unread: 2, left: 0 };

let database: TestDatabase;
let proxy: DatabaseProxy;
let server: ServerProcess;
let board: Board;
let author: Person;
let voter: Person;
let question: number;
let tab: EventStream;

beforeAll(async () => {
  database = await createDatabase();
  proxy = await DatabaseProxy.start(database.url);
  // A death is no failure of an event: with a single one it would be given up.
  server = await ServerProcess.start({ DATABASE_URL: proxy.url, OUTBOX_MAX_ATTEMPTS: '1' });
  board = new Board(server.url, JWT_SECRET, database);
});
afterAll(async () => {
  await killServers();
  await proxy.close();
  await database.drop();
});
beforeEach(async () => {
  [author, voter] = [await board.person(), await board.person()];
  question = await board.ask(author);
  tab = await board.stream(author);
  await tab.next('connected');
});
afterEach(closeStreams);

/** @returns undefined: no answer came */
function vote(): Promise<Reply | undefined> {
  return board.call('POST', `/api/question/${question}/vote`, { as: voter }).catch(() => undefined);
}

async function die(): Promise<void> {
  await server.kill('SIGKILL');
  await tab.ended;
}

async function restart(): Promise<void> {
  server = await server.again();
}

/** Lets the time pass that an event belongs to whoever had it. */
async function letTimePass(): Promise<void> {
  await database.query(`UPDATE outbox SET due_at = timezone('utc', clock_timestamp())`);
}

function ids(stream: EventStream): number[] {
  return stream.all('notification').map(({ id }) => Number(id));
}

/** The tab as it is, or, if its server died, as it comes back. */
async function tabNow(): Promise<EventStream> {
  const cursor = tab.frames.at(-1)?.id ?? '0';
  return tab.isOpen ? tab : board.stream(author, { lastEventId: cursor });
}

async function outcome(): Promise<typeof ONCE> {
  const now = await tabNow();
  const seen = (): number[] => (now === tab ? ids(tab) : [...ids(tab), ...ids(now)]);
  while (seen().length < 1) await now.next('notification');
  await board.voteForQuestion(await board.person(), question);
  while (!seen().includes(2)) await now.next('notification');
  const list = await board.list(author);
  const rows = await database.query<{ seq: number }>(
    'SELECT seq FROM notification WHERE user_id = $1 ORDER BY id',
    [author.id],
  );
  let left = 1;
  while (left > 0) {
    const [row] = await database.query<{ left: number }>(
      'SELECT count(*)::int AS left FROM outbox',
    );
    left = row!.left;
  }
  return {
    seen: seen(),
    stored: rows.map(({ seq }) => seq),
    total: list.total,
    unread: list.unread_count,
    left,
  };
}

describe('a crash before the COMMIT of a vote', () => {
  async function dieBeforeCommit(): Promise<void> {
    const gate = await Gate.shut(database, 'BEFORE INSERT', 'outbox');
    const voting = vote();
    await gate.reached();
    await die();
    await gate.turnAway();
    await voting;
  }

  it('a process that is killed before the COMMIT of a vote leaves no vote', async () => {
    await dieBeforeCommit();
    await restart();
    const { body } = await board.call('GET', `/api/question/${question}`);
    expect(body).toMatchObject({ vote_count: 0 });
  });

  it('a vote that a crash before its COMMIT has lost causes one notification when it is cast again', async () => {
    await dieBeforeCommit();
    await restart();
    await vote();
    expect(await outcome()).toEqual(ONCE);
  });
});

it('a process that is killed in the COMMIT of a vote causes one notification', async () => {
  const gate = await Gate.shutAtCommit(database, 'outbox');
  const voting = vote();
  await gate.reached();
  await die();
  await gate.open();
  await voting;
  await restart();
  await letTimePass();
  expect(await outcome()).toEqual(ONCE);
});

it('a vote that is cast again after a crash in its COMMIT causes one notification', async () => {
  const gate = await Gate.shutAtCommit(database, 'outbox');
  const voting = vote();
  await gate.reached();
  await die();
  await gate.open();
  await voting;
  await restart();
  await vote();
  await letTimePass();
  expect(await outcome()).toEqual(ONCE);
});

it('a process that is killed after the COMMIT of a vote, before its event is offered, causes one notification', async () => {
  const withheld = proxy.withhold(VOTING);
  const voting = vote();
  await withheld;
  await die();
  await voting;
  await restart();
  // No time is made to pass here: this is how long it really takes.
  expect(await outcome()).toEqual(ONCE);
});

it('a process that is killed in a listener, before the notification is stored, causes one notification', async () => {
  const gate = await Gate.shut(database, 'BEFORE INSERT', 'notification');
  await vote();
  await gate.reached();
  await die();
  await gate.turnAway();
  await restart();
  await letTimePass();
  expect(await outcome()).toEqual(ONCE);
});

it('a process that is killed while the notification is being stored causes one notification', async () => {
  const gate = await Gate.shut(database, 'BEFORE INSERT', 'notification');
  await vote();
  await gate.reached();
  await die();
  await gate.open();
  await restart();
  await letTimePass();
  expect(await outcome()).toEqual(ONCE);
});

it('a process that is killed after the notification is stored, before it is shown, shows it once', async () => {
  const withheld = proxy.withhold(STORING);
  await vote();
  await withheld;
  await die();
  await restart();
  await letTimePass();
  expect(await outcome()).toEqual(ONCE);
});

it('a process that is killed after the notification is shown, before the event is removed, shows it once', async () => {
  const gate = await Gate.shut(database, 'BEFORE DELETE', 'outbox');
  await vote();
  await tab.next('notification');
  await gate.reached();
  await die();
  await gate.turnAway();
  await restart();
  await letTimePass();
  expect(await outcome()).toEqual(ONCE);
});

it('a process that is killed while a sweep takes an event causes one notification', async () => {
  const gate = await Gate.shut(database, 'BEFORE UPDATE', 'outbox');
  await flood(database, author, [voter], 1);
  await gate.reached();
  await die();
  await gate.turnAway();
  await restart();
  expect(await outcome()).toEqual(ONCE);
});

it('a process that is killed after a sweep has taken an event causes one notification when the lease is over', async () => {
  const gate = await Gate.shut(database, 'BEFORE INSERT', 'notification');
  await flood(database, author, [voter], 1);
  await gate.reached();
  await die();
  await gate.turnAway();
  await restart();
  // No time is made to pass here either.
  expect(await outcome()).toEqual(ONCE);
});

it('a process that is killed while it looks for missed notifications shows the notification once', async () => {
  const other = await ServerProcess.start({ DATABASE_URL: database.url });
  await new Board(other.url, JWT_SECRET, database).voteForQuestion(voter, question);
  await proxy.withhold(SWEEPING);
  await die();
  await other.kill('SIGKILL');
  await restart();
  await letTimePass();
  expect(await outcome()).toEqual(ONCE);
});

it('a process that is killed while it reads what a stream has missed shows it once', async () => {
  tab.close();
  await vote();
  const withheld = proxy.withhold(REPLAYING);
  const comingBack = board.stream(author, { lastEventId: '0' });
  await withheld;
  await die();
  await comingBack.catch(() => undefined);
  await restart();
  await letTimePass();
  expect(await outcome()).toEqual(ONCE);
});

it('another process on the same database delivers once the events of a process that was killed', async () => {
  const other = await ServerProcess.start({ DATABASE_URL: database.url });
  const gate = await Gate.shut(database, 'BEFORE INSERT', 'notification');
  await vote();
  await gate.reached();
  await die();
  await gate.turnAway();
  await letTimePass();
  board = new Board(other.url, JWT_SECRET, database);
  const notified = await outcome();
  await restart();
  await other.kill('SIGKILL');
  board = new Board(server.url, JWT_SECRET, database);
  expect(notified).toEqual(ONCE);
});

describe('a crash during a read', () => {
  const readAll = (): Promise<unknown> =>
    board.call('PUT', '/api/notification/read-all', { as: author }).catch(() => undefined);

  beforeEach(async () => {
    await vote();
    await tab.next('notification');
  });

  it('a process that is killed before the COMMIT of a read leaves the notification unread', async () => {
    const gate = await Gate.shut(database, 'BEFORE UPDATE', 'notification');
    const reading = readAll();
    await gate.reached();
    await die();
    await gate.turnAway();
    await reading;
    await restart();
    const { data } = await (await tabNow()).next('connected');
    expect(data).toMatchObject({ unread_count: 1, rev: 1 });
  });

  it('a client that reconnects sees a read whose process was killed after the COMMIT', async () => {
    const withheld = proxy.withhold('COMMIT');
    const reading = readAll();
    await withheld;
    await die();
    await reading;
    await restart();
    const { data } = await (await tabNow()).next('connected');
    expect(data).toMatchObject({ unread_count: 0, rev: 2 });
  });

  it('the tabs at another process receive a read whose process was killed after the COMMIT', async () => {
    const other = await ServerProcess.start({ DATABASE_URL: database.url });
    const elsewhere = await new Board(other.url, JWT_SECRET, database).stream(author);
    await elsewhere.next('connected');
    const withheld = proxy.withhold('COMMIT');
    const reading = readAll();
    await withheld;
    await die();
    await reading;
    const { data } = await elsewhere.next('read');
    await restart();
    await other.kill('SIGKILL');
    expect(data).toEqual({ notification_ids: null, unread_count: 0, rev: 2 });
  });
});

describe('a lost answer to the COMMIT of a vote', () => {
  let reply: Reply | undefined;
  beforeEach(async () => {
    const withheld = proxy.withhold(VOTING);
    const voting = vote();
    (await withheld).lose();
    reply = await voting;
  });

  it('a vote answers 503 when the answer of PostgreSQL to its COMMIT is lost', () => {
    expect(reply?.status).toBe(503);
  });

  it('a vote causes one notification when the answer of PostgreSQL to its COMMIT is lost', async () => {
    await letTimePass();
    expect(await outcome()).toEqual(ONCE);
  });

  it('a vote that is cast again after the answer to its COMMIT was lost causes one notification', async () => {
    await vote();
    await letTimePass();
    expect(await outcome()).toEqual(ONCE);
  });
});

it('a notification is shown once when the answer of PostgreSQL to its storing is lost', async () => {
  const withheld = proxy.withhold(STORING);
  await vote();
  (await withheld).lose();
  expect(await outcome()).toEqual(ONCE);
});

it('a vote causes one notification when the answer of PostgreSQL to the removal of its event is lost', async () => {
  const withheld = proxy.withhold(REMOVING);
  await vote();
  (await withheld).lose();
  expect(await outcome()).toEqual(ONCE);
});

it('a vote causes one notification when the answer of PostgreSQL to a sweep that took its event is lost', async () => {
  const withheld = proxy.withhold(TAKING);
  await flood(database, author, [voter], 1);
  (await withheld).lose();
  await letTimePass();
  expect(await outcome()).toEqual(ONCE);
});

it('every tab receives a read when the answer of PostgreSQL to its COMMIT is lost', async () => {
  await vote();
  await tab.next('notification');
  const withheld = proxy.withhold('COMMIT');
  const reading = board.call('PUT', '/api/notification/read-all', { as: author });
  (await withheld).lose();
  await reading;
  const { data } = await tab.next('read');
  expect(data).toEqual({ notification_ids: null, unread_count: 0, rev: 2 });
});
