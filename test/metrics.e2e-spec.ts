import { Board, type Person } from './support/board.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { closeStreams } from './support/event-stream.js';
import { flood } from './support/flood.js';
import { Gate } from './support/gate.js';
import { rise, Scrape } from './support/metrics.js';
import { PostgresProcess } from './support/postgres-process.js';
import { JWT_SECRET, killServers, ServerProcess } from './support/server-process.js';
import { until } from './support/until.js';

const TOKEN = 'a token for métrics, and nothing else';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());
afterEach(closeStreams);

const asBytes = (text: string): string => Buffer.from(text).toString('latin1');

function statusOf(url: string, authorization?: string): Promise<number> {
  const init = authorization !== undefined && {
    headers: { authorization: asBytes(authorization) },
  };
  return fetch(`${url}/metrics`, { ...init }).then(({ status }) => status);
}

describe('metrics with a token', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start({ DATABASE_URL: database.url, METRICS_TOKEN: TOKEN });
  });
  afterAll(killServers);

  it('/metrics with a METRICS_TOKEN is open to a client that sends it', async () => {
    expect(await statusOf(server.url, `Bearer ${TOKEN}`)).toBe(200);
  });

  it.each([
    ['nothing', undefined],
    ['another token', 'Bearer another'],
    ['the beginning of it', `Bearer ${TOKEN.slice(0, -1)}`],
    ['more than it', `Bearer ${TOKEN}x`],
    ['no token at all', 'Bearer '],
    ['it by another scheme', `Basic ${TOKEN}`],
  ])(
    '/metrics with a METRICS_TOKEN is closed to a client that sends %s',
    async (_, authorization) => {
      expect(await statusOf(server.url, authorization)).toBe(401);
    },
  );

  it('/metrics with a METRICS_TOKEN is closed to an access token', async () => {
    const board = new Board(server.url, JWT_SECRET, database);
    expect(await statusOf(server.url, `Bearer ${(await board.person()).token}`)).toBe(401);
  });
});

describe('metrics without a token', () => {
  afterEach(killServers);

  it('/metrics without a METRICS_TOKEN is open in development', async () => {
    const server = await ServerProcess.start({ DATABASE_URL: database.url });
    expect(await statusOf(server.url)).toBe(200);
  });

  it('/metrics without a METRICS_TOKEN answers in production like a path that does not exist', async () => {
    const environment = { DATABASE_URL: database.url, NODE_ENV: 'production' };
    const server = await ServerProcess.start(environment);
    const board = new Board(server.url, JWT_SECRET, database);
    const { status, body } = await board.call('GET', '/metrics');
    const nowhere = await board.call<{ message: string }>('GET', '/nowhere');
    const message = nowhere.body.message.replace('nowhere', 'metrics');
    expect([status, body]).toEqual([404, { ...nowhere.body, message }]);
  });
});

describe('metrics', () => {
  let server: ServerProcess;
  let board: Board;
  let author: Person;
  let voter: Person;
  let question: number;

  beforeAll(async () => {
    server = await ServerProcess.start({
      DATABASE_URL: database.url,
      SSE_HEARTBEAT_SECONDS: '1',
      SSE_MAX_STREAMS_PER_USER: '2',
    });
    board = new Board(server.url, JWT_SECRET, database);
    [author, voter] = [await board.person(), await board.person()];
    question = await board.ask(author);
  });
  afterAll(killServers);

  const scrape = (): Promise<Scrape> => Scrape.from(server.url);

  /** Resolves with a scrape that shows it. */
  async function shows(isShown: (now: Scrape) => boolean): Promise<Scrape> {
    let now = await scrape();
    await until(async () => isShown((now = await scrape())));
    return now;
  }

  it('/metrics is text as Prometheus reads it', async () => {
    const { headers } = await fetch(`${server.url}/metrics`);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('/metrics has a unit or what is counted in every name of ours', async () => {
    const names = [...(await scrape()).names].filter((name) => name.startsWith('qna_'));
    expect(names.filter((name) => !/^qna(_[a-z]+)+$/.test(name))).toEqual([]);
  });

  it('/metrics counts open streams, and users who have some', async () => {
    for (const person of [author, author, voter]) await board.stream(person);
    const now = await scrape();
    expect(['qna_sse_streams', 'qna_sse_users'].map((name) => now.value(name))).toEqual([3, 2]);
  });

  it('/metrics counts no stream that has ended', async () => {
    const stream = await board.stream(author);
    await shows((now) => now.value('qna_sse_streams')! > 0);
    stream.close();
    closeStreams();
    const now = await shows((scraped) => scraped.value('qna_sse_streams') === 0);
    expect(now.value('qna_sse_users')).toBe(0);
  });

  it('/metrics counts what is written to streams, a stream each, by type', async () => {
    const streams = [await board.stream(author), await board.stream(author)];
    await Promise.all(streams.map((stream) => stream.next('connected')));
    const before = await scrape();
    await board.voteForQuestion(await board.person(), question);
    await Promise.all(streams.map((stream) => stream.next('notification')));
    await board.must('PUT', '/api/notification/read-all', { as: author });
    await Promise.all(streams.map((stream) => stream.next('read')));
    await Promise.all(streams.map((stream) => stream.next('heartbeat')));
    const of = (type: string): string => `qna_sse_events_written_total{type="${type}"}`;
    const after = await scrape();
    const [notifications, reads, beats] = rise(before, after, [
      of('notification'),
      of('read'),
      of('heartbeat'),
    ]);
    expect([notifications, reads, beats! >= 2]).toEqual([2, 2, true]);
  });

  it('/metrics measures the time from the commit of a vote to its event, for each stream', async () => {
    const stream = await board.stream(author);
    await stream.next('connected');
    const before = await scrape();
    await board.voteForQuestion(await board.person(), question);
    await stream.next('notification');
    const after = await scrape();
    const [count, seconds] = rise(before, after, [
      'qna_sse_delivery_seconds_count',
      'qna_sse_delivery_seconds_sum',
    ]);
    expect([count, seconds! > 0 && seconds! < 30]).toEqual([1, true]);
  });

  it('/metrics counts what a resumed stream replays, and does not count it as late', async () => {
    const { cursor } = await board.list(author);
    for (let votes = 0; votes < 3; votes += 1) {
      await board.voteForQuestion(await board.person(), question);
    }
    await until(async () => (await board.list(author)).cursor === cursor + 3);
    const before = await scrape();
    const stream = await board.stream(author, { lastEventId: String(cursor) });
    await stream.take('notification', 3);
    const counted = ['qna_sse_events_replayed_total', 'qna_sse_delivery_seconds_count'];
    expect(rise(before, await scrape(), counted)).toEqual([3, 0]);
  });

  it('/metrics counts what the sweep found because no wake-up arrived', async () => {
    const stream = await board.stream(author);
    await stream.next('connected');
    const before = await scrape();
    // As another instance would, whose wake-ups do not come here.
    await database.query(
      `WITH box AS (UPDATE notification_inbox SET seq = seq + 1, total = total + 1,
         unread_count = unread_count + 1, rev = rev + 1 WHERE user_id = $1 RETURNING *)
       INSERT INTO notification (user_id, actor_user_id, event_type, resource_type, resource_id,
         message, created_at, seq, event_key)
       SELECT user_id, $2, 'question.voted', 'question', $3, 'found', timezone('utc', now()), seq, 'found'
       FROM box`,
      [author.id, voter.id, question],
    );
    await stream.next('notification');
    const counted = ['qna_sse_sweep_finds_total', 'qna_sse_delivery_seconds_count'];
    expect(rise(before, await scrape(), counted)).toEqual([1, 1]);
  });

  const ended = (reason: string): string => `qna_sse_streams_ended_total{reason="${reason}"}`;

  it.each([
    ['left', async () => (await board.stream(author)).close()],
    [
      'revoked',
      async () => {
        const leaver = await board.person();
        const stream = await board.stream(leaver);
        await board.must('POST', '/api/user/logout', { as: leaver });
        await stream.ended;
      },
    ],
    [
      'expired',
      async () => {
        const now = Math.floor(Date.now() / 1000);
        // Less, and a busy machine might take it there when it has ended already.
        const token = board.token(author.id, { exp: now + 3 });
        await (
          await board.stream({ ...author, token })
        ).ended;
      },
    ],
    [
      'displaced',
      async () => {
        const first = await board.stream(voter);
        await board.stream(voter);
        await board.stream(voter, { lastEventId: '0' });
        await first.ended;
      },
    ],
  ])('/metrics counts a stream that ended as %s', async (reason, end) => {
    // Those of the test before are gone, and counted.
    const before = await shows((now) => now.value('qna_sse_streams') === 0);
    await end();
    const after = await shows((now) => rise(before, now, [ended(reason)])[0] === 1);
    expect(rise(before, after, [ended(reason)])).toEqual([1]);
  });

  it('/metrics counts requests by the pattern of their route', async () => {
    const before = await scrape();
    await board.call('GET', `/api/question/${question}?token=${voter.token}`);
    const series = 'qna_http_requests_total{method="GET",route="/api/question/:id",status="200"}';
    const after = await shows((now) => rise(before, now, [series])[0] === 1);
    expect(rise(before, after, [series])).toEqual([1]);
  });

  it('/metrics has one series for all paths that do not exist', async () => {
    const nowhere = 'qna_http_requests_total{method="GET",route="none",status="404"}';
    const before = await scrape();
    for (const path of ['/a', '/b/c', '/api/d']) await board.call('GET', path);
    const after = await shows((now) => rise(before, now, [nowhere])[0] === 3);
    expect(after.series('qna_http_requests_total').length).toBeLessThan(
      before.series('qna_http_requests_total').length + 2,
    );
  });

  it('/metrics measures how long requests take, but not how long streams last', async () => {
    const stream = await board.stream(author);
    stream.close();
    await shows((now) => now.value(ended('left'))! > 0);
    const durations = (await scrape()).series('qna_http_request_duration_seconds_count');
    expect([
      durations.some((series) => series.includes('/vote')),
      durations.some((series) => series.includes('/stream')),
    ]).toEqual([true, false]);
  });

  it('/metrics measures how many votes share a statement', async () => {
    const before = await scrape();
    await board.voteForQuestion(await board.person(), question);
    const series = ['qna_batch_size_count{batch="votes"}', 'qna_batch_size_sum{batch="votes"}'];
    expect(rise(before, await scrape(), series)).toEqual([1, 1]);
  });

  it('/metrics shows what waits in the outbox, and since when', async () => {
    await database.query(
      `INSERT INTO outbox (name, payload, occurred_at, due_at)
       VALUES ('question.voted', '{}', timezone('utc', now()) - interval '1 minute', 'infinity')`,
    );
    const now = await shows((scraped) => scraped.value('qna_outbox_waiting')! > 0);
    await database.query(`DELETE FROM outbox WHERE due_at = 'infinity'`);
    expect(Math.round(now.value('qna_outbox_oldest_age_seconds')! / 60)).toBe(1);
  });

  /** What is shown of an event in that state, which nothing but the test removes. */
  async function shown(columns: string, values: string, series: string): Promise<Scrape> {
    await shows((scraped) => scraped.value(series) === 0);
    await database.query(
      `INSERT INTO outbox (name, payload, occurred_at, ${columns})
       VALUES ('without.listener', '{}', timezone('utc', now()) - interval '1 hour', ${values})`,
    );
    const now = await shows((scraped) => scraped.value(series)! > 0);
    await database.query(`DELETE FROM outbox WHERE name = 'without.listener'`);
    return now;
  }

  const utc = (offset: string): string => `timezone('utc', now()) ${offset}`;

  it('/metrics shows an event whose listeners failed apart from those that are late', async () => {
    const values = `2, ${utc(`+ interval '1 minute'`)}`;
    const now = await shown('failures, due_at', values, 'qna_outbox_failing');
    expect(now.value('qna_outbox_oldest_age_seconds')).toBe(0);
  });

  it('/metrics shows how late an event is that failed and that nobody tries again', async () => {
    // Otherwise the server may record that nobody listens to it before anybody has looked.
    const gate = await Gate.shut(database, 'BEFORE UPDATE', 'outbox');
    const values = `2, ${utc(`- interval '5 minutes'`)}`;
    const now = await shown('failures, due_at', values, 'qna_outbox_failing');
    await gate.open();
    expect(Math.round(now.value('qna_outbox_oldest_age_seconds')! / 60)).toBe(5);
  });

  it('/metrics shows dead-lettered events apart from those that wait', async () => {
    await database.query(
      `INSERT INTO outbox (name, payload, due_at, dead_lettered_at) VALUES ('x', '{}', now(), now())`,
    );
    const now = await shows((scraped) => scraped.value('qna_outbox_dead_lettered') === 1);
    await database.query('DELETE FROM outbox WHERE dead_lettered_at IS NOT NULL');
    expect(now.value('qna_outbox_oldest_age_seconds')).toBeLessThan(50);
  });

  it('/metrics shows how the pool is used', async () => {
    const now = await scrape();
    const [max, total] = ['max_connections', 'connections'].map((name) =>
      now.value(`qna_database_pool_${name}`),
    );
    expect([max, total! >= 1 && total! <= 10]).toEqual([10, true]);
  });

  it('/metrics has the usual metrics of Node.js under their usual names', async () => {
    const { names } = await scrape();
    const usual = ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes'];
    expect(usual.filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('metrics of a slow reader', () => {
  afterEach(killServers);

  it('/metrics counts a stream that was cut because its reader is too slow', async () => {
    const server = await ServerProcess.start({ DATABASE_URL: database.url, SSE_REPLAY_LIMIT: '1' });
    const board = new Board(server.url, JWT_SECRET, database);
    const author = await board.person();
    const stream = await board.stream(author);
    await stream.next('connected');
    stream.pause();
    // Names that are long, and longer in JSON: the system keeps megabytes before anybody waits.
    const name = (index: number): string => String(index).padEnd(50, '\u0001');
    const slow = 'qna_sse_streams_ended_total{reason="slow"}';
    for (let count = 0; (await Scrape.from(server.url)).value(slow) === 0; count += 1) {
      const voters = await Promise.all(
        [0, 1, 2, 3].map((index) => board.person({ username: name(count * 4 + index) })),
      );
      await flood(database, author, voters, 500);
      const expected = 2_000 * (count + 1);
      await until(async () => (await board.list(author, '?size=1')).total === expected);
    }
    expect((await Scrape.from(server.url)).value(slow)).toBe(1);
  }, 120_000);
});

describe('metrics without answers of PostgreSQL', () => {
  let postgres: PostgresProcess;
  let milliseconds: number[];
  let now: Scrape;

  beforeAll(async () => {
    postgres = await PostgresProcess.make();
    const server = await ServerProcess.start({ DATABASE_URL: postgres.url });
    await Scrape.from(server.url);
    await postgres.freeze();
    milliseconds = [];
    await until(async () => {
      const start = performance.now();
      now = await Scrape.from(server.url);
      milliseconds.push(performance.now() - start);
      return now.value('qna_database_up') === 0;
    });
  }, 60_000);
  afterAll(async () => {
    await killServers();
    await postgres.drop();
  });

  it('/metrics answers within three seconds while PostgreSQL does not answer', () => {
    expect(Math.max(...milliseconds)).toBeLessThan(3_000);
  });

  it('/metrics leaves out what only the database knows while it does not answer, and says so', () => {
    expect([now.series('qna_outbox_'), now.value('qna_database_up')]).toEqual([[], 0]);
  });
});
