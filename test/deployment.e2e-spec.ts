import { Board, type Person } from './support/board.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { closeStreams, EventStream } from './support/event-stream.js';
import { Gate } from './support/gate.js';
import { NginxProcess } from './support/nginx-process.js';
import { RedisProcess } from './support/redis-process.js';
import { overHttp2, secureRequest, type SecureReply } from './support/secure-request.js';
import { JWT_SECRET, killServers, ServerProcess } from './support/server-process.js';
import { until } from './support/until.js';

let database: TestDatabase;
let redis: RedisProcess;
let servers: ServerProcess[];
let nginx: NginxProcess;
/** Each goes to one instance, past nginx. */
let boards: Board[];
let author: Person;

beforeAll(async () => {
  database = await createDatabase();
  redis = await RedisProcess.start();
});
afterAll(async () => {
  await redis.drop();
  await database.drop();
});

async function start(streamTimeout?: string): Promise<void> {
  const environment = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    TRUST_PROXY: 'loopback',
    RATE_LIMIT: 'off',
    SSE_HEARTBEAT_SECONDS: '1',
    SHUTDOWN_SECONDS: '5',
  };
  servers = await Promise.all([1, 2].map(() => ServerProcess.start(environment)));
  boards = servers.map(({ url }) => new Board(url, JWT_SECRET, database));
  nginx = await NginxProcess.start(
    servers.map(({ url }) => url),
    streamTimeout,
  );
  author = await boards[0]!.person();
}

async function stop(): Promise<void> {
  closeStreams();
  await nginx.stop();
  await killServers();
}

const streamPath = (): string => `/api/notification/stream?token=${author.token}`;

function openStream(): Promise<EventStream> {
  return EventStream.open(nginx.url + streamPath(), {}, nginx.ca);
}

function call(path: string, options: object = {}): Promise<SecureReply> {
  return secureRequest(nginx.url + path, nginx.ca, options);
}

const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function statuses(count: number, path = '/api/question/list'): Promise<Set<number>> {
  const replies = await Promise.all(times(count).map(() => call(path)));
  return new Set(replies.map(({ status }) => status));
}

describe('nginx', () => {
  beforeAll(() => start());
  afterAll(stop);
  afterEach(closeStreams);

  it('every event of a stream passes nginx at once, whichever instance it happens on', async () => {
    const streams = await Promise.all(times(4).map(() => openStream()));
    await Promise.all(streams.map((stream) => stream.next('connected')));
    for (const board of boards) {
      await board.voteForQuestion(await board.person(), await board.ask(author));
      await Promise.all(streams.map((stream) => stream.next('notification')));
    }
    expect(streams.map((stream) => stream.all('notification').length)).toEqual([2, 2, 2, 2]);
  });

  it('nginx spreads streams over the instances', async () => {
    await until(async () => (await streamsOf()).length === 4);
    await Promise.all(times(6).map(() => openStream()));
    closeStreams();
    // A stream is logged when it has ended.
    await until(async () => (await streamsOf()).length === 10);
    expect(new Set(await streamsOf())).toEqual(
      new Set(servers.map(({ url }) => new URL(url).host)),
    );
  });

  it('nginx passes a stream over HTTP/1.1', async () => {
    const stream = await openStream();
    expect([stream.status, stream.headers['content-type']]).toEqual([200, 'text/event-stream']);
  });

  it('one connection of HTTP/2 holds more streams than a browser has connections', async () => {
    const replies = await overHttp2(nginx.url, nginx.ca, times(15).map(streamPath));
    expect(replies).toEqual(replies.map(() => [200, expect.stringContaining('connected')]));
  });

  it('nginx handles a path that only Express takes for the stream as the stream', async () => {
    const url = `${nginx.url}/API/notification/STREAM/?token=${author.token}`;
    const stream = await EventStream.open(url, {}, nginx.ca);
    expect((await stream.next('connected')).data['user_id']).toBe(author.id);
  });

  it('a stream with an invalid token is refused for good behind nginx', async () => {
    const { status, headers } = await call('/api/notification/stream?token=none');
    expect([status, headers['content-type']]).toEqual([401, 'application/json; charset=utf-8']);
  });

  it('nginx redirects plain HTTP to HTTPS', async () => {
    const response = await fetch(`${nginx.httpUrl}/api/question/list`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([
      308,
      'https://localhost/api/question/list',
    ]);
  });

  it('nginx refuses in JSON a body that is too large even for it', async () => {
    const headers = { 'content-type': 'application/json', 'content-length': '2000000' };
    const { status, body } = await call('/api/question', {
      method: 'POST',
      headers,
      body: ' '.repeat(2_000_000),
    });
    expect([status, JSON.parse(body)]).toEqual([413, expect.objectContaining({ statusCode: 413 })]);
  });

  it.each(['/metrics', '/METRICS/', '/%6detrics', '//metrics', '/x/../metrics', '/metrics\\%23'])(
    'metrics are not reachable: %s',
    async (path) => {
      const { status, body } = await call(path);
      expect([status, JSON.parse(body)]).toEqual([
        404,
        { statusCode: 404, message: 'Not found', error: 'Not Found' },
      ]);
    },
  );

  it('readiness shows names of parts, and no address', async () => {
    const { status, body } = await call('/health/ready');
    const parts = ['process', 'database', 'migrations', 'redis'].map((name) => [
      name,
      { status: 'up' },
    ]);
    expect([status, (JSON.parse(body) as { details: object }).details]).toEqual([
      200,
      Object.fromEntries(parts),
    ]);
  });

  /** The id of a request, where it is to be found: the answer, the log of nginx, that of an instance. */
  async function idsOf(path: string, given?: string): Promise<(string | undefined)[]> {
    const headers = given === undefined ? {} : { 'x-request-id': given };
    const reply = await call(path, { headers });
    const id = reply.headers['x-request-id'] as string;
    const { access } = await nginx.logs();
    const line = access
      .split('\n')
      .find((one) => one.includes(`"path":"${path}"`) && one.includes(id));
    const atNginx = line && (JSON.parse(line) as { request_id: string }).request_id;
    await until(() => servers.some(({ output }) => output.includes(`request_id=${id}`)));
    return [id, atNginx];
  }

  it('the answer, nginx and the instance use the request id of the client', async () => {
    expect(await idsOf('/api/question/list', 'from.the_client-1')).toEqual([
      'from.the_client-1',
      'from.the_client-1',
    ]);
  });

  it.each([
    ['none', undefined],
    ['one with a space', 'a b'],
    ['one with a quote', 'a"b'],
    ['one that is too long', 'x'.repeat(65)],
  ])(
    'the answer, nginx and the instance use a new request id when the client gives %s',
    async (_, given) => {
      const [id, atNginx] = await idsOf('/api/question/list', given);
      expect([id, atNginx]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), id]);
    },
  );

  it('nginx passes the answer of an instance about a question as it is', async () => {
    const { status, body } = await call('/api/question/2147483647');
    expect([status, JSON.parse(body)]).toEqual([404, expect.objectContaining({ statusCode: 404 })]);
  });
});

describe('silent streams', () => {
  beforeAll(() => start('2s'));
  afterAll(stop);

  it('a stream that is silent between heartbeats stays open for longer than nginx waits', async () => {
    const stream = await openStream();
    await stream.take('heartbeat', 4);
    expect(stream.isOpen).toBe(true);
  });
});

describe('instances that end behind nginx', () => {
  beforeEach(() => start());
  afterEach(stop);

  it('nginx sends no request to an instance that was killed', async () => {
    await servers[0]!.kill('SIGKILL');
    expect(await statuses(50)).toEqual(new Set([200]));
  });

  it('nginx sends no stream to an instance that was killed', async () => {
    await servers[0]!.kill('SIGKILL');
    const streams = await Promise.all(times(10).map(() => openStream()));
    await Promise.all(streams.map((stream) => stream.next('connected')));
    expect(streams.map(({ status }) => status)).toEqual(times(10).map(() => 200));
  });

  it('another instance delivers the votes of an instance that was killed', async () => {
    const path = `/api/question/${await boards[1]!.ask(author)}/vote`;
    const voters = await Promise.all(times(8).map(() => boards[1]!.person()));
    const gate = await Gate.shut(database, 'BEFORE INSERT', 'question_voter');
    const votes = voters.map(({ token }) =>
      call(path, { method: 'POST', headers: { authorization: `Bearer ${token}` } }),
    );
    await gate.reached();
    await servers[0]!.kill('SIGKILL');
    await gate.open();
    expect((await Promise.all(votes)).map(({ status }) => status)).toEqual(voters.map(() => 200));
  });

  it('nginx uses an instance again after its restart', async () => {
    await servers[0]!.kill('SIGKILL');
    await statuses(10);
    servers[0] = await servers[0]!.again();
    await servers[1]!.kill('SIGKILL');
    let reply = await call('/api/question/list');
    while (reply.status !== 200) reply = await call('/api/question/list');
    expect(await statuses(10)).toEqual(new Set([200]));
  });

  it('no request fails while an instance restarts, not even one that may not be sent twice', async () => {
    const asker = await boards[1]!.person();
    const path = `/api/question/${await boards[1]!.ask(asker)}/vote`;
    const options = { method: 'POST', headers: { authorization: `Bearer ${author.token}` } };
    const seen = new Set<number>();
    const over = new AbortController();
    const vote = async (): Promise<void> => {
      while (!over.signal.aborted) seen.add((await call(path, options)).status);
    };
    const votes = Promise.all(times(8).map(vote));
    await servers[0]!.kill('SIGTERM');
    servers[0] = await servers[0]!.again();
    over.abort();
    await votes;
    expect(seen).toEqual(new Set([200]));
  });

  it('no stream is refused while an instance shuts down', async () => {
    const gone = servers[0]!.kill('SIGTERM');
    const seen: number[] = [];
    while (servers[0]!.isRunning) {
      const stream = await openStream();
      seen.push(stream.status);
      stream.close();
    }
    await gone;
    expect(new Set(seen)).toEqual(new Set([200]));
  });

  it('a stream gets a time to reconnect when the last instance shuts down', async () => {
    await Promise.all(servers.map((server) => server.kill('SIGKILL')));
    const { status, headers, body } = await call(streamPath());
    expect({ status, type: headers['content-type'], cors: headers['access-control-allow-origin'] })
      // Otherwise an EventSource gives up for good.
      .toEqual({ status: 200, type: 'text/event-stream', cors: '*' });
    expect(body).toMatch(/^retry: [234][05]00\n\n$/);
  });

  it('nginx refuses a request in JSON when no instance is left', async () => {
    await Promise.all(servers.map((server) => server.kill('SIGKILL')));
    const { status, headers, body } = await call('/api/question/list');
    expect([status, headers['content-type'], JSON.parse(body)]).toEqual([
      503,
      'application/json',
      { statusCode: 503, message: expect.any(String), error: 'Service Unavailable' },
    ]);
  });

  it.each([
    ['a request', '/api/question/list'],
    ['a stream', '/api/notification/stream'],
  ])(
    'the answer to %s has the request id of its client when no instance is left',
    async (_, path) => {
      await Promise.all(servers.map((server) => server.kill('SIGKILL')));
      const { headers } = await call(path, { headers: { 'x-request-id': 'mine' } });
      expect(headers['x-request-id']).toBe('mine');
    },
  );

  it('no token is in a log of nginx, whatever fails', async () => {
    const open = await openStream();
    await open.next('connected');
    await servers[0]!.kill('SIGKILL');
    (await openStream()).close();
    await servers[1]!.kill('SIGKILL');
    await open.ended;
    await call(streamPath());
    await call(streamPath().replace('/stream', '/STREAM/'));
    await call(streamPath().replace('?', '%3F'));
    await call(streamPath(), { headers: { referer: nginx.url + streamPath() } });
    const { access, error } = await nginx.logs();
    expect(access + error).not.toContain(author.token);
    expect(access).toContain('"path":"/api/notification/stream"');
  });
});

/** Which instance each of the streams was on that have ended so far. */
async function streamsOf(): Promise<string[]> {
  const { access } = await nginx.logs();
  const lines = access.trim().split('\n');
  return lines
    .map((line) => JSON.parse(line) as { path: string; upstream: string })
    .filter(({ path }) => path === '/api/notification/stream')
    .map(({ upstream }) => upstream);
}
