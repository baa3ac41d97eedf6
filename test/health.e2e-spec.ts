import { createDatabase, type TestDatabase } from './support/database.js';
import { killServers, ServerProcess } from './support/server-process.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { freePort } from '../testing/free-port.mjs';

interface Answer {
  status: number;
  body: unknown;
}

async function ask({ url }: ServerProcess, path = '/health/ready'): Promise<Answer> {
  const response = await fetch(url + path);
  return { status: response.status, body: await response.json() };
}

const up = { status: 'up' };
const down = { status: 'down' };

/** How many lines of its log say that a part is down. */
const complaintsOf = ({ output }: ServerProcess): string[] =>
  output.split('\n').filter((line) => line.includes('Not ready'));

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

describe('readiness', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start({ DATABASE_URL: database.url });
  });
  afterAll(killServers);

  it('/health/ready names the parts of a server, and says that each is up', async () => {
    const parts = { process: up, database: up, migrations: up };
    expect(await ask(server)).toEqual({
      status: 200,
      body: { status: 'ok', info: parts, error: {}, details: parts },
    });
  });
});

describe('readiness without a database', () => {
  let proxy: TcpProxy;
  let server: ServerProcess;
  let answers: Answer[];
  let live: Answer;

  beforeAll(async () => {
    proxy = await TcpProxy.to(database.url);
    server = await ServerProcess.start({ DATABASE_URL: proxy.url });
    await ask(server);
    proxy.goAway();
    answers = [await ask(server), await ask(server), await ask(server)];
    live = await ask(server, '/health/live');
    await server.says(/Not ready, migrations/);
  });
  afterAll(async () => {
    await killServers();
    await proxy.close();
  });

  it('/health/ready names the parts that are down, without an address or a reason', () => {
    const error = { database: down, migrations: down };
    const body = {
      status: 'error',
      info: { process: up },
      error,
      details: { process: up, ...error },
    };
    expect(answers).toEqual(answers.map(() => ({ status: 503, body })));
  });

  it('the log has the reason why a part is down', () => {
    expect(complaintsOf(server)[0]).toMatch(
      /database is down: .*(ECONNREFUSED|ECONNRESET|terminated)/,
    );
  });

  it('the log explains once that the database is unavailable, however often /health/ready is asked', () => {
    expect(complaintsOf(server)).toEqual([
      expect.stringContaining('database is down'),
      expect.stringContaining('migrations is down'),
    ]);
  });

  it('/health/live stays up while the database is unavailable', () => {
    expect(live).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('the log says that the database is available again', async () => {
    proxy.comeBack();
    while ((await ask(server)).status !== 200);
    await server.says(/database is up again/);
    expect(complaintsOf(server)).toHaveLength(2);
  });
});

describe('readiness without a migration', () => {
  let server: ServerProcess;
  let answer: Answer;
  let name: string;

  beforeAll(async () => {
    server = await ServerProcess.start({ DATABASE_URL: database.url });
    const newest = '(SELECT max(id) FROM migrations)';
    const [row] = await database.query<{ name: string }>(
      `UPDATE migrations SET name = name || '?' WHERE id = ${newest} RETURNING rtrim(name, '?') AS name`,
    );
    name = row!.name;
    answer = await ask(server);
    await server.says(/Not ready/);
    await database.query(`UPDATE migrations SET name = rtrim(name, '?') WHERE id = ${newest}`);
  });
  afterAll(killServers);

  it('/health/ready names the migrations as a part that is down', () => {
    expect(answer).toMatchObject({ status: 503, body: { error: { migrations: down } } });
  });

  it('/health/ready does not name the missing migration', () => {
    expect(JSON.stringify(answer.body)).not.toContain(name);
  });

  it('the log names the missing migration', () => {
    expect(complaintsOf(server)).toEqual([expect.stringContaining(name)]);
  });
});

it('/health/ready of a server whose Redis is unavailable says that Redis is down, and that requests may come', async () => {
  const server = await ServerProcess.start({
    DATABASE_URL: database.url,
    REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
  });
  const answer = await ask(server);
  await killServers();
  expect(answer).toMatchObject({
    status: 200,
    body: { status: 'ok', info: { redis: down }, error: {}, details: { redis: down } },
  });
});
