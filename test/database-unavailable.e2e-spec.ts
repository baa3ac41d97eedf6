import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { Board, type Person, type Reply } from './support/board.js';
import { closeStreams, EventStream } from './support/event-stream.js';
import { DatabaseProxy } from './support/database-proxy.js';
import { PostgresProcess } from './support/postgres-process.js';
import { JWT_SECRET, killServers, ServerProcess } from './support/server-process.js';

/** Milliseconds a client waits before it tries again. */
const BACK_OFF_MS = 50;

const SERVICE_UNAVAILABLE = {
  statusCode: 503,
  message: expect.any(String),
  error: 'Service Unavailable',
};

let postgres: PostgresProcess;

beforeAll(async () => {
  postgres = await PostgresProcess.make();
});
afterAll(() => postgres.drop());

interface Timed<Result> {
  result: Result;
  milliseconds: number;
}

async function timed<Result>(work: () => Promise<Result>): Promise<Timed<Result>> {
  const start = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - start };
}

/** One request of each kind that needs the database. */
function requests(board: Board, as: Person, question: number): [string, () => Promise<Reply>][] {
  const password = 'a good password';
  const account = { username: `new-${as.id}`, email: `new-${as.id}@example.test`, password };
  const login = { username: as.username, password };
  const text = { subject: 'Why?', content: 'Because.' };
  const paths: [string, string, unknown?][] = [
    ['GET', '/api/question/list'],
    ['GET', `/api/question/${question}`],
    ['POST', '/api/question', text],
    ['PUT', `/api/question/${question}`, text],
    ['POST', `/api/question/${question}/vote`],
    ['DELETE', `/api/question/${question}/vote`],
    ['POST', `/api/question/${question}/answer`, { content: 'So.' }],
    ['GET', '/api/notification/list'],
    ['PUT', '/api/notification/read', { notification_ids: [1] }],
    ['PUT', '/api/notification/read-all'],
    ['POST', '/api/user/signup', account],
    ['POST', '/api/user/login', login],
    ['GET', '/api/user/me'],
    ['POST', '/api/user/logout'],
  ];
  return paths.map(([method, path, body]) => [
    `${method} ${path}`,
    () => board.call(method, path, { as, body }),
  ]);
}

/** Votes until it was counted, as a person would. @returns the statuses before that */
async function insist(board: Board, voter: Person, question: number): Promise<number[]> {
  const refused: number[] = [];
  for (;;) {
    const { status } = await board.call('POST', `/api/question/${question}/vote`, { as: voter });
    if (status === 200) return refused;
    refused.push(status);
    await pause(BACK_OFF_MS);
  }
}

function ids(stream: EventStream): number[] {
  return stream.all('notification').map(({ id }) => Number(id));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Sessions of PostgreSQL that the application has, and how many of them sit in a transaction. */
async function sessions(): Promise<{ open: number; inTransaction: number }> {
  const [row] = await postgres.query<{ open: number; inTransaction: number }>(
    `SELECT count(*)::int AS open,
       count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int AS "inTransaction"
     FROM pg_stat_activity WHERE application_name = 'qna-notifications'`,
  );
  return row!;
}

describe('a stopped PostgreSQL', () => {
  const VOTERS = 8;
  const QUESTIONS = 6;
  const VOTES = VOTERS * QUESTIONS;

  let server: ServerProcess;
  let board: Board;
  let author: Person;
  let openBefore: EventStream[];
  let openedMeanwhile: Timed<EventStream>;
  let cameBack: EventStream;
  let missedFrom: number;
  let answers: Record<string, Timed<Reply>>;
  let live: Timed<Reply>;
  let ready: Timed<Reply>;
  let refused: Record<string, number>;
  let wereOpen: boolean[];
  let statusesOfVotes: number[];
  let connectedMeanwhile: boolean;

  beforeAll(async () => {
    server = await ServerProcess.start({ DATABASE_URL: postgres.url });
    board = new Board(server.url, JWT_SECRET, postgres);
    author = await board.person();
    const known = await board.person();
    const unknown = await board.person();
    const questions = await Promise.all(range(1, QUESTIONS).map(() => board.ask(author)));
    const voters = await Promise.all(range(1, VOTERS).map(() => board.person()));
    openBefore = await Promise.all([1, 2, 3].map(() => board.stream(author)));
    const early = await board.stream(author);
    await Promise.all([...openBefore, early].map((stream) => stream.next('connected')));

    const voting = Promise.all(
      voters.map(async (voter, index) => {
        const statuses: number[] = [];
        for (const [place, question] of questions.entries()) {
          // Half of the votes wait for the database to be gone.
          if (place === QUESTIONS / 2) await early.ended;
          statuses.push(...(await insist(board, voter, question)));
        }
        return index >= 0 ? statuses : [];
      }),
    );
    missedFrom = (await early.take('notification', 5)).length + 1;
    await board.list(known);
    const stopping = postgres.stop();
    await stopping;
    early.close();

    const asked = [...requests(board, unknown, questions[0]!)];
    asked.push([
      'with an account looked at just now',
      () => board.call('GET', '/api/user/me', { as: known }),
    ]);
    answers = Object.fromEntries(
      await Promise.all(asked.map(async ([name, ask]) => [name, await timed(ask)] as const)),
    );
    live = await timed(() => board.call('GET', '/health/live'));
    ready = await timed(() => board.call('GET', '/health/ready'));
    const garbage = { ...author, token: 'garbage' };
    const expired = { ...author, token: board.token(author.id, { exp: 1_700_000_000 }) };
    refused = {
      'a stream with garbage': (await board.stream(garbage)).status,
      'a stream with an expired token': (await board.stream(expired)).status,
      'a request with garbage': (await board.call('GET', '/api/user/me', { as: garbage })).status,
    };
    openedMeanwhile = await timed(() => board.stream(author));
    cameBack = await board.stream(author, { lastEventId: String(missedFrom - 1) });
    // Everything that looks at the database by itself has failed.
    await server.says(/The outbox could not be read.*ECONNREFUSED/);
    await server.says(/The sweep failed.*ECONNREFUSED/);
    await server.says(/Token revocations not read.*ECONNREFUSED/);
    wereOpen = openBefore.map(({ isOpen }) => isOpen);
    connectedMeanwhile = openedMeanwhile.result.all('connected').length > 0;

    await postgres.start();
    statusesOfVotes = (await voting).flat();
    await Promise.all([
      ...openBefore.map((stream) => stream.take('notification', VOTES)),
      cameBack.take('notification', VOTES - missedFrom + 1),
      openedMeanwhile.result.next('connected'),
    ]);
  }, 60_000);
  afterAll(async () => {
    closeStreams();
    await killServers();
  });

  it('the process keeps running while PostgreSQL is stopped', () => {
    expect(server.isRunning).toBe(true);
  });

  it('every request that needs PostgreSQL gets a 503 of the usual shape while it is stopped', () => {
    const got = Object.entries(answers).map(([name, { result }]) => [name, result.body]);
    expect(got).toEqual(Object.keys(answers).map((name) => [name, SERVICE_UNAVAILABLE]));
  });

  it('no request waits longer than three seconds while PostgreSQL is stopped', () => {
    const slowest = Math.max(...Object.values(answers).map(({ milliseconds }) => milliseconds));
    expect(slowest).toBeLessThan(3_000);
  });

  it('a 503 says when to try again', () => {
    const headers = Object.values(answers).map(({ result }) => result.headers.get('retry-after'));
    expect(new Set(headers)).toEqual(new Set(['2']));
  });

  it('the process is alive while PostgreSQL is stopped', () => {
    expect(live.result.status).toBe(200);
  });

  it('the process is not ready, because of the database, while PostgreSQL is stopped', () => {
    expect([ready.result.status, ready.result.body]).toEqual([
      503,
      expect.objectContaining({
        error: { database: { status: 'down' }, migrations: { status: 'down' } },
      }),
    ]);
  });

  it('an invalid token stays refused while PostgreSQL is stopped', () => {
    expect(Object.values(refused)).toEqual([401, 401, 401]);
  });

  it('open streams stay open while PostgreSQL is stopped', () => {
    expect(wereOpen).toEqual([true, true, true]);
  });

  it('a new stream is accepted while PostgreSQL is stopped', () => {
    expect(openedMeanwhile.result.status).toBe(200);
  });

  it('a new stream is accepted within three seconds while PostgreSQL is stopped', () => {
    expect(openedMeanwhile.milliseconds).toBeLessThan(3_000);
  });

  it('a new stream gets no "connected" while PostgreSQL is stopped', () => {
    expect(connectedMeanwhile).toBe(false);
  });

  it('votes are refused with 503 alone while PostgreSQL is stopped', () => {
    expect(new Set(statusesOfVotes)).toEqual(new Set([503]));
  });

  it('an open stream shows everything once and in order after PostgreSQL was stopped', () => {
    expect(openBefore.map(ids)).toEqual(openBefore.map(() => range(1, VOTES)));
  });

  it('a stream that reconnects gets what it missed once PostgreSQL is available again', () => {
    expect(ids(cameBack)).toEqual(range(missedFrom, VOTES));
  });

  it('a stream that reconnects after PostgreSQL was stopped is resumed', () => {
    expect(cameBack.all('connected').map(({ data }) => data)).toEqual([
      expect.objectContaining({ resumed: true, resync: false }),
    ]);
  });

  it('no vote is announced twice after PostgreSQL was stopped', async () => {
    const { total, unread_count } = await board.list(author);
    expect([total, unread_count]).toEqual([VOTES, VOTES]);
  });

  it('no rejection goes unhandled while PostgreSQL is stopped', () => {
    expect(server.output).not.toMatch(/unhandled|uncaught|ERROR (?!.*Health Check)/i);
  });
});

describe('a PostgreSQL that does not answer', () => {
  // A statement may take five seconds; then the connection is given up, and a new one tried for two.
  const BOUND_MS = 10_000;

  let server: ServerProcess;
  let board: Board;
  let author: Person;
  let openBefore: EventStream;
  let first: Timed<Reply>[];
  let then: Timed<Reply>[];
  let opened: Timed<EventStream>;
  let live: Timed<Reply>;
  let ready: Timed<Reply>;
  let votes: number;

  beforeAll(async () => {
    server = await ServerProcess.start({ DATABASE_URL: postgres.url });
    board = new Board(server.url, JWT_SECRET, postgres);
    author = await board.person();
    const question = await board.ask(author);
    const voters = await Promise.all(range(1, 12).map(() => board.person()));
    votes = voters.length;
    openBefore = await board.stream(author);
    await openBefore.next('connected');
    await Promise.all(voters.slice(0, 4).map((voter) => insist(board, voter, question)));

    await postgres.freeze();
    const ask = (): Promise<Timed<Reply>>[] =>
      voters.map((as) => timed(() => board.call('POST', `/api/question/${question}/vote`, { as })));
    const opening = timed(() => board.stream(author));
    const asking = ask();
    live = await timed(() => board.call('GET', '/health/live'));
    ready = await timed(() => board.call('GET', '/health/ready'));
    first = await Promise.all(asking);
    then = await Promise.all(ask());
    opened = await opening;
    await postgres.thaw();
    await Promise.all(voters.map((voter) => insist(board, voter, question)));
    await openBefore.take('notification', votes);
    await opened.result.next('connected');
  }, 60_000);
  afterAll(async () => {
    closeStreams();
    await killServers();
  });

  it('a request gets a 503 while PostgreSQL does not answer', () => {
    expect(first.map(({ result }) => result.body)).toEqual(first.map(() => SERVICE_UNAVAILABLE));
  });

  it('a request that was under way when PostgreSQL stopped answering is answered', () => {
    expect(Math.max(...first.map(({ milliseconds }) => milliseconds))).toBeLessThan(BOUND_MS);
  });

  it('a later request is answered sooner while PostgreSQL does not answer', () => {
    expect(Math.max(...then.map(({ milliseconds }) => milliseconds))).toBeLessThan(5_000);
  });

  it('a new stream is accepted while PostgreSQL does not answer', () => {
    expect(opened.result.status).toBe(200);
  });

  it('a new stream is accepted in time while PostgreSQL does not answer', () => {
    expect(opened.milliseconds).toBeLessThan(BOUND_MS);
  });

  it('the process says at once that it is alive while PostgreSQL does not answer', () => {
    expect([live.result.status, live.milliseconds < 1_000]).toEqual([200, true]);
  });

  it('the process is found not to be ready within three seconds while PostgreSQL does not answer', () => {
    expect([ready.result.status, ready.milliseconds < 3_000]).toEqual([503, true]);
  });

  it('nothing is lost and nothing comes twice after PostgreSQL did not answer', () => {
    expect(ids(openBefore)).toEqual(range(1, votes));
  });

  it('no connection that hangs goes back into the pool', async () => {
    expect(await sessions()).toEqual({ open: expect.any(Number), inTransaction: 0 });
  });
});

describe('a PostgreSQL that ends new connections', () => {
  let proxy: DatabaseProxy;
  let server: ServerProcess;
  let reply: Reply;

  beforeAll(async () => {
    proxy = await DatabaseProxy.start(postgres.url);
    server = await ServerProcess.start({ DATABASE_URL: proxy.url });
    const board = new Board(server.url, JWT_SECRET, postgres);
    proxy.endAtOnce(20);
    proxy.goAway();
    proxy.comeBack();
    reply = await board.call('GET', '/api/question/list');
    proxy.endAtOnce(0);
  });
  afterAll(async () => {
    await killServers();
    await proxy.close();
  });

  it('a request is refused when PostgreSQL ends connections in the packet that opens them', () => {
    expect(reply.body).toEqual(SERVICE_UNAVAILABLE);
  });

  it('the process keeps running when PostgreSQL ends connections in the packet that opens them', () => {
    expect(server.isRunning).toBe(true);
  });
});

describe('a partly available database', () => {
  const POOL_SIZE = 2;

  let server: ServerProcess;
  let board: Board;
  let author: Person;
  let question: number;
  let holder: Client;

  beforeAll(async () => {
    server = await ServerProcess.start({
      DATABASE_URL: postgres.url,
      DATABASE_POOL_SIZE: String(POOL_SIZE),
    });
    board = new Board(server.url, JWT_SECRET, postgres);
    author = await board.person();
    question = await board.ask(author);
    holder = new Client(postgres.url);
    await holder.connect();
  });
  afterAll(async () => {
    closeStreams();
    await killServers();
    await holder.end();
  });

  describe('locks on all connections', () => {
    let answers: Timed<Reply>[];
    let after: Reply;

    beforeAll(async () => {
      const people = await Promise.all(range(1, 8).map(() => board.person()));
      await holder.query('BEGIN; LOCK TABLE question IN ACCESS EXCLUSIVE MODE');
      const path = `/api/question/${question}`;
      answers = await Promise.all(people.map((as) => timed(() => board.call('GET', path, { as }))));
      await holder.query('ROLLBACK');
      after = await board.call('GET', path, { as: people[0] });
    });

    it('every request gets a 503 while locks hold up all connections', () => {
      expect(answers.map(({ result }) => result.body)).toEqual(
        answers.map(() => SERVICE_UNAVAILABLE),
      );
    });

    it('no request waits longer than eight seconds while locks hold up all connections', () => {
      // Two each: for a connection to look at the account, for another, and for the lock.
      expect(Math.max(...answers.map(({ milliseconds }) => milliseconds))).toBeLessThan(8_000);
    });

    it('requests succeed again once the locks are released', () => {
      expect(after.status).toBe(200);
    });
  });

  it('a partly available database a statement that takes too long gets a 503', async () => {
    await holder.query(`
      CREATE FUNCTION take_long() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$;
      CREATE TRIGGER slow BEFORE INSERT ON answer FOR EACH ROW EXECUTE FUNCTION take_long()`);
    const path = `/api/question/${question}/answer`;
    const body = { content: 'At length.' };
    const reply = await board.call('POST', path, { as: author, body });
    await holder.query('DROP TRIGGER slow ON answer');
    expect(reply.body).toEqual(SERVICE_UNAVAILABLE);
  });

  describe('a connection killed in mid-transaction', () => {
    let reply: Reply;
    let voter: Person;
    let stream: EventStream;

    beforeAll(async () => {
      voter = await board.person();
      stream = await board.stream(author);
      await stream.next('connected');
      await holder.query('BEGIN; LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE');
      const voting = board.call('POST', `/api/question/${question}/vote`, { as: voter });
      let killed: unknown[] = [];
      while (killed.length === 0) {
        killed = await postgres.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE query LIKE '%INSERT INTO outbox%' AND wait_event_type = 'Lock'`,
        );
      }
      await holder.query('ROLLBACK');
      reply = await voting;
      await insist(board, voter, question);
      await stream.next('notification');
    });

    it('a request whose connection is killed in mid-transaction gets a 503', () => {
      expect(reply.body).toEqual(SERVICE_UNAVAILABLE);
    });

    it('a vote that is cast again after its connection was killed causes one notification', async () => {
      expect((await board.list(author)).total).toBe(1);
    });
  });

  it('no connection leaks after failures of the database', async () => {
    await board.list(author);
    const { open, inTransaction } = await sessions();
    expect([open <= POOL_SIZE, inTransaction]).toEqual([true, 0]);
  });

  it('the whole pool can be used after failures of the database', async () => {
    await holder.query('BEGIN; LOCK TABLE question IN ACCESS EXCLUSIVE MODE');
    const asking = [1, 2].map(() => board.call('GET', `/api/question/${question}`));
    let waiting = 0;
    while (waiting < POOL_SIZE) {
      const [row] = await postgres.query<{ waiting: number }>(
        `SELECT count(*)::int AS waiting FROM pg_stat_activity
         WHERE application_name = 'qna-notifications' AND wait_event_type = 'Lock'`,
      );
      waiting = row!.waiting;
    }
    await holder.query('ROLLBACK');
    const statuses = (await Promise.all(asking)).map(({ status }) => status);
    expect(statuses).toEqual([200, 200]);
  });

  it('no rejection goes unhandled when the database fails', () => {
    expect(server.output).not.toMatch(/unhandled|uncaught|ERROR (?!.*Health Check)/i);
  });
});
