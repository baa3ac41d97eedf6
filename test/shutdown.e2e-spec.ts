import { once } from 'node:events';
import { createServer } from 'node:net';
import { Board, type Person, type Reply } from './support/board.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { DatabaseProxy } from './support/database-proxy.js';
import { closeStreams, EventStream } from './support/event-stream.js';
import { flood } from './support/flood.js';
import { Gate } from './support/gate.js';
import { JWT_SECRET, killServers, ServerProcess } from './support/server-process.js';

const STREAMS_PER_USER = 20;
/** What is sent to a stream instead of, or after, everything else: no event, but when to come back. */
const COME_BACK = /\nid: \d*\nretry: [234]\d{3}\n\n$/;
const ORDERLY = { code: 0, signal: null, inTime: true };

let database: TestDatabase;
let server: ServerProcess;
let board: Board;

/** A DATABASE_URL where nobody listens. */
let nowhere: string;
/** Started first and looked at last, for it takes its time. */
let failedStart: Promise<object>;

beforeAll(async () => {
  database = await createDatabase();
  const proxy = await DatabaseProxy.start(database.url);
  nowhere = proxy.url;
  await proxy.close();
  failedStart = tryToStart({ DATABASE_URL: nowhere });
});
afterAll(() => database.drop());

async function tryToStart(environment: Record<string, string>): Promise<object> {
  const refused = ServerProcess.spawn({ JWT_SECRET, HOST: '127.0.0.1', PORT: '0', ...environment });
  const exit = await refused.exited;
  return { ...exit, complaint: refused.complaints };
}

async function serve(shutdownSeconds: number, environment: object = {}): Promise<void> {
  server = await ServerProcess.start({
    DATABASE_URL: database.url,
    SHUTDOWN_SECONDS: String(shutdownSeconds),
    ...environment,
  });
  board = new Board(server.url, JWT_SECRET, database);
}

async function stopServing(): Promise<void> {
  closeStreams();
  await server.kill('SIGKILL');
}

/** Sends the signals at once. @returns how it ended, and whether within its SHUTDOWN_SECONDS */
async function end(...signals: NodeJS.Signals[]): Promise<typeof ORDERLY | object> {
  const start = performance.now();
  const [exit] = await Promise.all(signals.map((signal) => server.kill(signal)));
  const seconds = (performance.now() - start) / 1_000;
  return { ...exit, inTime: seconds <= Number(server.environment['SHUTDOWN_SECONDS']) };
}

async function openStreams(count: number): Promise<EventStream[]> {
  const streams: EventStream[] = [];
  while (streams.length < count) {
    const person = await board.person();
    const ofOne = Array.from({ length: STREAMS_PER_USER }, () => board.stream(person));
    streams.push(...(await Promise.all(ofOne)));
  }
  await Promise.all(streams.map((stream) => stream.next('connected')));
  return streams;
}

/** The most of these moments that lie within 100 ms. */
function mostAtOnce(moments: number[]): number {
  return Math.max(
    ...moments.map((from) => moments.filter((at) => at >= from && at < from + 100).length),
  );
}

describe('SIGTERM with open streams', () => {
  const STREAMS = 60;

  let streams: EventStream[];
  let ended: number[];
  let exit: object;
  let ready: Reply;
  let read: Reply;
  let write: Reply;
  let fresh: EventStream;
  let cameBack: EventStream;

  beforeAll(async () => {
    await serve(3);
    const [author, other] = [await board.person(), await board.person()];
    const question = await board.ask(author);
    streams = await openStreams(STREAMS);
    const gate = await Gate.shut(database, 'BEFORE INSERT', 'answer');
    const body = { content: 'After a while.' };
    const writing = board.call('POST', `/api/question/${question}/answer`, { as: other, body });
    await gate.reached();

    const ending = end('SIGTERM');
    const endings = Promise.all(
      streams.map((stream) => stream.ended.then(() => performance.now())),
    );
    await server.says(/shutting down/);
    ready = await board.call('GET', '/health/ready');
    fresh = await board.stream(author);
    cameBack = await board.stream(author, { lastEventId: '7' });
    read = await board.call('GET', '/api/notification/list', { as: author });
    await Promise.all([fresh.ended, cameBack.ended]);
    await gate.open();
    write = await writing;
    ended = await endings;
    exit = await ending;
  });
  afterAll(stopServing);

  it('a server with open streams on which SIGTERM arrives ends in time with exit code 0', () => {
    expect(exit).toEqual(ORDERLY);
  });

  it('a server on which SIGTERM has arrived is no longer ready', () => {
    expect(ready.status).toBe(503);
  });

  it('a server on which SIGTERM has arrived finishes a request that was under way', () => {
    expect(write.status).toBe(201);
  });

  it('a server on which SIGTERM has arrived still answers clients that have not noticed', () => {
    expect(read.status).toBe(200);
  });

  it('a server on which SIGTERM has arrived closes a connection with an answer that says so', () => {
    expect(read.headers.get('connection')).toBe('close');
  });

  it('a server on which SIGTERM has arrived accepts new streams', () => {
    expect([fresh.status, cameBack.status]).toEqual([200, 200]);
  });

  it('a server on which SIGTERM has arrived ends new streams with their cursor', () => {
    expect([fresh.text, cameBack.text]).toEqual([
      expect.stringMatching(/^\nid: \nretry: \d{4}\n\n$/),
      expect.stringMatching(/^\nid: 7\nretry: \d{4}\n\n$/),
    ]);
  });

  it('a server on which SIGTERM has arrived gives every stream a time to reconnect', () => {
    expect(streams.filter(({ text }) => COME_BACK.test(text))).toHaveLength(STREAMS);
  });

  it('a server on which SIGTERM has arrived spreads the ends of its streams over the time', () => {
    expect(mostAtOnce(ended)).toBeLessThan(STREAMS / 3);
  });
});

describe('shutdown', () => {
  afterEach(stopServing);

  it('a server with 1,000 streams ends in time', async () => {
    await serve(4);
    await openStreams(1_000);
    expect(await end('SIGTERM')).toEqual(ORDERLY);
  });

  it('a server on which a second SIGTERM arrives ends in the same time', async () => {
    await serve(2);
    await openStreams(1);
    expect(await end('SIGTERM', 'SIGTERM')).toEqual(ORDERLY);
  });

  it('a server on which SIGINT arrives ends with exit code 0', async () => {
    await serve(2);
    await openStreams(1);
    expect(await end('SIGINT')).toEqual(ORDERLY);
  });

  it('a server ends in time with a reader that never reads', async () => {
    await serve(2);
    const author = await board.person();
    const voters = await Promise.all(Array.from({ length: 20 }, () => board.person()));
    const [stuck, lively] = [await board.stream(author), await board.stream(author)];
    stuck.pause();
    await flood(database, author, voters, 500);
    await lively.take('notification', 20 * 500);
    expect(await end('SIGTERM')).toEqual(ORDERLY);
  });

  describe('shutdown without a database', () => {
    let proxy: DatabaseProxy;
    beforeEach(async () => {
      proxy = await DatabaseProxy.start(database.url);
      await serve(3, { DATABASE_URL: proxy.url });
      await openStreams(1);
    });
    afterEach(() => proxy.close());

    it('a server ends in time when its database was stopped', async () => {
      proxy.goAway();
      expect(await end('SIGTERM')).toEqual(ORDERLY);
    });

    it('a server ends in time when its database does not answer', async () => {
      proxy.fallSilent();
      const reading = board.call('GET', '/api/question/list').catch(() => undefined);
      await server.says(/Listening/);
      expect(await end('SIGTERM')).toEqual(ORDERLY);
      await reading;
    });
  });
});

describe('events during shutdown', () => {
  let author: Person;
  let question: number;

  async function voteAtShutGate(): Promise<Gate> {
    author = await board.person();
    question = await board.ask(author);
    const gate = await Gate.shut(database, 'BEFORE INSERT', 'notification');
    await board.voteForQuestion(await board.person(), question);
    await gate.reached();
    return gate;
  }

  afterEach(stopServing);

  it('an event that is under way is delivered before the server ends when there is time', async () => {
    await serve(4);
    const gate = await voteAtShutGate();
    const ending = end('SIGTERM');
    await server.says(/shutting down/);
    await gate.open();
    await ending;
    expect(await database.query('SELECT 1 AS left FROM outbox')).toEqual([]);
  });

  it('an event that is under way does not keep its server from ending in time', async () => {
    await serve(1);
    const gate = await voteAtShutGate();
    const exit = await end('SIGTERM');
    await gate.turnAway();
    expect(exit).toEqual(ORDERLY);
  });

  it('an event that is under way is delivered once by the next server when there is no time', async () => {
    await serve(1);
    const gate = await voteAtShutGate();
    await end('SIGTERM');
    await gate.turnAway();
    server = await server.again();
    const stream = await board.stream(author, { lastEventId: '0' });
    await stream.next('notification');
    expect((await board.list(author)).total).toBe(1);
  });
});

describe('failed starts', () => {
  afterAll(killServers);

  it('a server says in one line that migrations are missing', async () => {
    const empty = await createDatabase({ migrated: false });
    const outcome = await tryToStart({ DATABASE_URL: empty.url });
    await empty.drop();
    expect(outcome).toEqual({
      code: 1,
      signal: null,
      complaint: expect.stringMatching(/^The database lacks migrations.*npm run migration:run\n$/),
    });
  });

  it('a server makes no table where migrations are missing', async () => {
    const empty = await createDatabase({ migrated: false });
    await tryToStart({ DATABASE_URL: empty.url });
    const tables = await empty.query(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    await empty.drop();
    expect(tables).toEqual([]);
  });

  it.each([
    ['whose password is wrong', (url: URL) => (url.password = 'a-wrong-password')],
    ['that does not exist', (url: URL) => (url.pathname = 'nowhere')],
  ])('a server says in one line that it cannot use a database %s', async (_, spoil) => {
    const url = new URL(database.url);
    spoil(url);
    expect(await tryToStart({ DATABASE_URL: url.href })).toEqual({
      code: 1,
      signal: null,
      complaint: expect.stringMatching(/^The database of DATABASE_URL cannot be used: [^\n]+\n$/),
    });
  });

  it('a server says that its port is taken, and shows no stack', async () => {
    const somebody = createServer().listen(0, '127.0.0.1');
    await once(somebody, 'listening');
    const { port } = somebody.address() as { port: number };
    const outcome = await tryToStart({ DATABASE_URL: database.url, PORT: String(port) });
    somebody.close();
    expect(outcome).toEqual({
      code: 1,
      signal: null,
      complaint: expect.stringMatching(
        /^(.*EADDRINUSE.*\n)?PORT and HOST cannot be listened on: .*EADDRINUSE.*\n$/,
      ),
    });
  });

  it('a server says that its host is invalid, and shows no stack', async () => {
    const outcome = await tryToStart({ DATABASE_URL: database.url, HOST: 'no.such.host.invalid' });
    expect(outcome).toEqual({
      code: 1,
      signal: null,
      complaint: expect.stringMatching(
        /^(.*(ENOTFOUND|EAI_AGAIN).*\n)?PORT and HOST cannot be listened on: .*(ENOTFOUND|EAI_AGAIN).*\n$/,
      ),
    });
  });

  it('a server says what is wrong with its settings in a line each', async () => {
    const outcome = await tryToStart({
      DATABASE_URL: 'mysql://me:a-secret-word@nowhere/x',
      JWT_SECRET: 'a-short-secret-word',
      PORT: '70000',
      SSE_REPLAY_LIMIT: 'many',
    });
    expect(outcome).toEqual({
      code: 1,
      signal: null,
      complaint: [
        'PORT must be a whole number from 0 to 65535',
        'DATABASE_URL must be an address like postgres://user:password@host:5432/name',
        'JWT_SECRET must be at least 32 bytes long',
        'SSE_REPLAY_LIMIT must be a whole number from 1 to 100000, in digits alone and without leading zeros',
        '',
      ].join('\n'),
    });
  });

  it('a server waits a while for its database, and then says so in one line', async () => {
    expect(await failedStart).toEqual({
      code: 1,
      signal: null,
      complaint: expect.stringMatching(
        /^(.*WARN \[Database\] Unavailable, next attempt.*\n)*The database of DATABASE_URL cannot be used: [^\n]*ECONNREFUSED.*\n$/,
      ),
    });
  });

  it('a server that waits for its database ends at a SIGTERM with exit code 0', async () => {
    const waiting = ServerProcess.spawn({ JWT_SECRET, DATABASE_URL: nowhere });
    await waiting.says(/Unavailable, next attempt/);
    expect(await waiting.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('a server starts once its database has come up', async () => {
    const proxy = await DatabaseProxy.start(database.url);
    proxy.goAway();
    const patient = ServerProcess.spawn({
      JWT_SECRET,
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: proxy.url,
    });
    await patient.says(/Unavailable, next attempt/);
    proxy.comeBack();
    const [line] = await patient.says(/Listening on/);
    await patient.kill('SIGKILL');
    await proxy.close();
    expect(line).toBe('Listening on');
  });
});
