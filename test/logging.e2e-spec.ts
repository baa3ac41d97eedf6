import { Board, type Person } from './support/board.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { DatabaseProxy } from './support/database-proxy.js';
import { closeStreams } from './support/event-stream.js';
import { JWT_SECRET, killServers, ServerProcess } from './support/server-process.js';
import { until } from './support/until.js';

type Line = Record<string, unknown>;

let database: TestDatabase;
let proxy: DatabaseProxy;
beforeAll(async () => {
  database = await createDatabase();
  proxy = await DatabaseProxy.start(database.url);
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
});
afterEach(closeStreams);

/** The lines of a server that writes JSON. @throws when one is none */
function linesOf(server: ServerProcess): Line[] {
  const whole = server.output.slice(0, server.output.lastIndexOf('\n'));
  return whole.split('\n').map((line) => JSON.parse(line) as Line);
}

/** Resolves with the first line that has all these fields. */
async function line(server: ServerProcess, fields: Line): Promise<Line> {
  const isIt = (one: Line): boolean =>
    Object.entries(fields).every(([name, value]) => one[name] === value);
  await until(() => linesOf(server).some(isIt));
  return linesOf(server).find(isIt)!;
}

describe('the log in production', () => {
  let server: ServerProcess;
  let board: Board;
  let author: Person;
  let voter: Person;
  let question: number;

  beforeAll(async () => {
    server = await ServerProcess.start({
      DATABASE_URL: proxy.url,
      NODE_ENV: 'production',
      LOG_LEVEL: 'debug',
      TRUST_PROXY: 'loopback',
    });
    board = new Board(server.url, JWT_SECRET, database);
    [author, voter] = [await board.person(), await board.person()];
    question = await board.ask(author);
  });
  afterAll(killServers);

  const vote = (id: string, as = voter): Promise<unknown> =>
    board.call('POST', `/api/question/${question}/vote`, { as, headers: { 'x-request-id': id } });

  it('the log in production is JSON, a line each, from the first line on', () => {
    expect(linesOf(server).filter(({ level, message }) => !level || !message)).toEqual([]);
  });

  it('the log in production has one line a request', async () => {
    await vote('one-line');
    await line(server, { request_id: 'one-line' });
    await vote('another');
    await line(server, { request_id: 'another' });
    const ofIt = linesOf(server).filter(
      ({ context, request_id: id }) => context === 'Request' && id === 'one-line',
    );
    expect(ofIt).toEqual([
      {
        level: 'log',
        pid: server.pid,
        timestamp: expect.any(Number),
        message: `POST /api/question/${question}/vote 200`,
        context: 'Request',
        method: 'POST',
        path: `/api/question/${question}/vote`,
        status: 200,
        duration_ms: expect.any(Number),
        request_id: 'one-line',
        user_id: voter.id,
        address: '127.0.0.1',
      },
    ]);
  });

  it('the log in production has the client address that a trusted proxy names', async () => {
    const headers = { 'x-request-id': 'proxied', 'x-forwarded-for': '203.0.113.7' };
    await board.call('GET', '/api/question/list', { headers });
    expect((await line(server, { request_id: 'proxied' }))['address']).toBe('203.0.113.7');
  });

  it('the log in production has a path without its query', async () => {
    const headers = { 'x-request-id': 'with-query' };
    await board.call('GET', `/nowhere?token=${voter.token}`, { headers });
    expect((await line(server, { request_id: 'with-query' }))['path']).toBe('/nowhere');
  });

  it('the log in production has a request that its parser refused', async () => {
    const headers = { 'x-request-id': 'refused', 'content-type': 'application/json' };
    await board.call('POST', '/api/user/login', { headers, body: '{' });
    expect((await line(server, { request_id: 'refused' }))['status']).toBe(400);
  });

  it('the log in production has the requests that machines repeat at level debug', async () => {
    await board.call('GET', '/health/ready', { headers: { 'x-request-id': 'probe' } });
    expect((await line(server, { request_id: 'probe' }))['level']).toBe('debug');
  });

  it('the log in production says when a stream opens, and when and why it ends', async () => {
    const stream = await board.stream(author);
    await stream.next('connected');
    const opened = await line(server, { stream: 'opened', user_id: author.id });
    stream.close();
    const ended = await line(server, { stream: 'ended', request_id: opened['request_id'] });
    expect([ended['reason'], ended['path'], ended['user_id']]).toEqual([
      'left',
      '/api/notification/stream',
      author.id,
    ]);
  });

  it('the log in production leads from a request to the events it caused', async () => {
    const stream = await board.stream(author);
    await stream.next('connected');
    await vote('traced', await board.person());
    const { id } = await stream.next('notification');
    expect(await line(server, { event: 'notification', request_id: 'traced' })).toMatchObject({
      level: 'debug',
      seq: id,
      user_id: author.id,
      event_id: expect.stringMatching(/^\d+$/),
    });
  });

  it('the log in production leads to the events of each of many votes that were one statement', async () => {
    const stream = await board.stream(author);
    await stream.next('connected');
    const names = Array.from({ length: 12 }, (_, index) => `together-${index}`);
    const voters = await Promise.all(names.map(() => board.person()));
    await Promise.all(names.map((name, index) => vote(name, voters[index])));
    const frames = await stream.take('notification', names.length);
    const byActor = new Map(voters.map(({ username }, index) => [username, names[index]!]));
    const expected = frames.map(
      ({ id, data }) => [id, byActor.get(String(data['actor_username']))] as const,
    );
    const logged = await Promise.all(
      names.map((name) => line(server, { event: 'notification', request_id: name })),
    );
    const found = new Map(logged.map(({ seq, request_id: name }) => [seq, name]));
    expect(found).toEqual(new Map(expected));
  });

  it('the log in production leads to the event of an answer', async () => {
    const stream = await board.stream(author);
    await stream.next('connected');
    const headers = { 'x-request-id': 'answering' };
    const body = { content: 'So.' };
    await board.call('POST', `/api/question/${question}/answer`, { as: voter, body, headers });
    const { id } = await stream.next('notification');
    expect((await line(server, { event: 'notification', request_id: 'answering' }))['seq']).toBe(
      id,
    );
  });

  it('the log in production has the request beside its failure', async () => {
    proxy.goAway();
    await board.call('GET', `/api/question/${question}`, {
      headers: { 'x-request-id': 'unlucky' },
    });
    proxy.comeBack();
    expect(await line(server, { request_id: 'unlucky', level: 'warn' })).toMatchObject({
      context: 'ErrorFilter',
      message: expect.stringContaining('The database did not serve a request'),
    });
  });

  it('the log in production never holds a token', () => {
    const tokens = [author, voter].map(({ token }) => token.split('.')[2]!);
    expect(tokens.filter((token) => server.output.includes(token))).toEqual([]);
  });
});

describe('events left by a crash', () => {
  afterAll(killServers);

  it('an event that a crash left leads to its request in the log of the process that delivers it', async () => {
    const server = await ServerProcess.start({
      DATABASE_URL: database.url,
      NODE_ENV: 'production',
      LOG_LEVEL: 'debug',
    });
    const board = new Board(server.url, JWT_SECRET, database);
    const [author, voter] = [await board.person(), await board.person()];
    const stream = await board.stream(author);
    await stream.next('connected');
    await database.query(
      `INSERT INTO outbox (name, payload, due_at, request_id)
       VALUES ('question.voted', $1, timezone('utc', now()), 'of-the-dead')`,
      [JSON.stringify({ questionId: 1, authorId: author.id, actorId: voter.id })],
    );
    await stream.next('notification');
    await line(server, { event: 'notification', request_id: 'of-the-dead' });
    expect(stream.all('notification')).toHaveLength(1);
  });
});

describe('X-Request-Id', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start({ DATABASE_URL: database.url });
  });
  afterAll(killServers);

  const answered = async (id?: string): Promise<string | null> => {
    const init = id !== undefined && { headers: { 'x-request-id': id } };
    const { headers } = await fetch(`${server.url}/health/live`, { ...init });
    return headers.get('x-request-id');
  };

  it.each(['a', '7f8966c6-e3d0-4e9d-8aff-572394f91a87', 'A.b_c-1', 'x'.repeat(64)])(
    'X-Request-Id comes back as it was sent: %s',
    async (id) => {
      expect(await answered(id)).toBe(id);
    },
  );

  it.each(['', 'x'.repeat(65), 'a b', 'a"b', '{}', 'a,b', 'é', 'a\tb'])(
    'X-Request-Id is replaced when it could do harm: %j',
    async (id) => {
      expect(await answered(id)).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    },
  );

  it('X-Request-Id differs for each request that has none', async () => {
    expect(await answered()).not.toBe(await answered());
  });

  it('X-Request-Id is on the answer to a path that does not exist', async () => {
    const { headers } = await fetch(`${server.url}/nowhere`, { headers: { 'x-request-id': 'no' } });
    expect(headers.get('x-request-id')).toBe('no');
  });
});

describe('the log in development', () => {
  afterAll(killServers);

  it('the log in development is plain text for people', async () => {
    const server = await ServerProcess.start({ DATABASE_URL: database.url });
    await fetch(`${server.url}/nowhere?token=x`, { headers: { 'x-request-id': 'for-people' } });
    const [text] = await server.says(/LOG \[Request\] .*/);
    expect(text).toMatch(
      /^LOG \[Request\] GET \/nowhere 404 duration_ms=[\d.]+ request_id=for-people address=\S+$/,
    );
  });
});
