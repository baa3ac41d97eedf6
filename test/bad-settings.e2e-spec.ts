import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { createDatabase, type TestDatabase } from './support/database.js';
import { runProgram } from './support/program.js';
import { JWT_SECRET, killServers, ServerProcess } from './support/server-process.js';

afterAll(killServers);

const PROGRAMS = {
  'the server': ['dist/src/main.js'],
  'migration:run': ['dist/src/database/migrate.js', 'run'],
  'migration:revert': ['dist/src/database/migrate.js', 'revert'],
  'migration:generate': ['dist/src/database/generate-migration.js', 'migrations/x'],
  seed: ['dist/src/demo/seed.cli.js'],
  outbox: ['dist/src/outbox/outbox.cli.js', 'list'],
};
const NAMES = Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[];

const SECRET = 'hunter2';

/** Exit code and stderr, without what is logged while a database is waited for. */
async function fail(
  program: keyof typeof PROGRAMS,
  environment: Record<string, string>,
): Promise<[number, string]> {
  const given = { PORT: '0', HOST: '127.0.0.1', JWT_SECRET, NO_COLOR: '1', ...environment };
  const { code, stderr } = await runProgram(process.execPath, PROGRAMS[program], given);
  return [code, stderr.replaceAll(/^.*WARN \[Database\] Unavailable, next attempt.*\n/gm, '')];
}

it.each(NAMES)(
  '%s names each wrong value in a line, with what is allowed, and shows no secret',
  async (program) => {
    const outcome = await fail(program, {
      NODE_ENV: 'prod',
      PORT: ' 3000',
      DATABASE_URL: `postgres://me:${SECRET}@a:5432,b:5432/qna`,
      JWT_SECRET: SECRET,
      REDIS_URL: `redis://:${SECRET}@cache/16`,
      RATE_LIMIT: 'OFF',
    });
    const lines = [
      'NODE_ENV must be "development" or "test" or "production"',
      'PORT must not begin or end with white space: remove it',
      'DATABASE_URL must name one host, not several: let a proxy or a DNS name stand for them',
      'JWT_SECRET must be at least 32 bytes long',
      'REDIS_URL must have a database from 0 to 15 after the host, as in redis://user:password@host:6379/0',
      'RATE_LIMIT must be "on" or "off"',
    ];
    expect(outcome).toEqual([1, `${lines.join('\n')}\n`]);
  },
);

it.each(NAMES)('%s warns of a variable whose name is misspelled', async (program) => {
  const environment = {
    PORT: '0',
    HOST: '127.0.0.1',
    JWT_SECRET,
    DATABASE_URL: 'postgres://127.0.0.1:1/qna',
    SSE_HEARTBEAT_SECOND: '5',
  };
  const { stdout, stderr } = await runProgram(process.execPath, PROGRAMS[program], environment);
  expect(stdout + stderr).toContain(
    'SSE_HEARTBEAT_SECOND is not read: perhaps SSE_HEARTBEAT_SECONDS is meant',
  );
});

describe('unusable databases', () => {
  let database: TestDatabase;
  let silent: Server;
  beforeAll(async () => {
    database = await createDatabase({ migrated: false });
    const name = new URL(database.url).pathname.slice(1);
    await database.query(`CREATE DATABASE ${name}_read`);
    await database.query(`ALTER DATABASE ${name}_read SET default_transaction_read_only = on`);
    await database.query(
      `CREATE DATABASE ${name}_latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'`,
    );
    // Whatever comes, as a web server answers what it does not understand.
    silent = createServer((socket) => {
      socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n');
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  afterAll(async () => {
    silent?.close();
    const name = new URL(database.url).pathname.slice(1);
    await database.query(`DROP DATABASE ${name}_read WITH (FORCE)`);
    await database.query(`DROP DATABASE ${name}_latin WITH (FORCE)`);
    await database.drop();
  });

  /** The address of the test's database, or of one beside it. */
  const beside = (change: (url: URL) => void): string => {
    const url = new URL(database.url);
    change(url);
    return url.href;
  };

  const CASES: [string, () => string, RegExp][] = [
    [
      'that can only be read',
      () => beside((url) => (url.pathname += '_read')),
      /^it is read-only\. Connect to the primary server, [^\n]+$/,
    ],
    [
      'of another encoding',
      () => beside((url) => (url.pathname += '_latin')),
      /^its encoding is LATIN1\. Create one with ENCODING 'UTF8'\.$/,
    ],
    [
      'that does not exist',
      () => beside((url) => (url.pathname = 'nowhere')),
      /^database "nowhere" does not exist\. Create it, or correct the name\.$/,
    ],
    [
      'whose password is wrong',
      () => beside((url) => (url.password = SECRET)),
      /^password authentication failed [^\n]+\. Correct the user and the password, [^\n]+$/,
    ],
    [
      'whose password is missing',
      () => beside((url) => (url.password = '')),
      /^SASL: [^\n]+\. Add the password to the URL\.$/,
    ],
    [
      'that does not speak TLS',
      () => beside((url) => url.searchParams.set('sslmode', 'require')),
      /^The server does not support SSL connections\. Enable TLS on the server, [^\n]+$/,
    ],
    [
      'that is none of PostgreSQL',
      () => beside((url) => (url.port = String((silent.address() as { port: number }).port))),
      /^Connection terminated unexpectedly\. Make sure that PostgreSQL listens [^\n]+$/,
    ],
  ];

  it.each(CASES)(
    'migration:run says in a line that it cannot use a database %s',
    async (_, url, reason) => {
      const [code, stderr] = await fail('migration:run', { DATABASE_URL: url() });
      const [, said] = /^The database of DATABASE_URL cannot be used: (.*)\n$/.exec(stderr) ?? [];
      expect([code, said]).toEqual([1, expect.stringMatching(reason)]);
    },
  );

  it.each(CASES.slice(0, -1))(
    'the server says in a line that it cannot use a database %s',
    async (_, url, reason) => {
      const [code, stderr] = await fail('the server', { DATABASE_URL: url() });
      const [, said] = /^The database of DATABASE_URL cannot be used: (.*)\n$/.exec(stderr) ?? [];
      expect([code, said]).toEqual([1, expect.stringMatching(reason)]);
    },
  );

  it('outbox says in a line that the database lacks migrations', async () => {
    expect(await fail('outbox', { DATABASE_URL: database.url })).toEqual([
      1,
      expect.stringMatching(
        /^The database lacks migrations \([^\n]+\)\. Run them first: npm run migration:run\n$/,
      ),
    ]);
  });

  it('migration:revert says in a line that the database has no migration', async () => {
    expect(await fail('migration:revert', { DATABASE_URL: database.url })).toEqual([
      1,
      'Nothing to revert: the database has no migration.\n',
    ]);
  });

  it('migration:run says which migration failed, and why, when its user may not migrate the database', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await database.query(`CREATE ROLE ${name} LOGIN PASSWORD 'weak'`);
    const url = beside((address) => {
      address.username = name;
      address.password = 'weak';
    });
    const outcome = await fail('migration:run', { DATABASE_URL: url });
    await database.query(`DROP ROLE ${name}`);
    expect(outcome).toEqual([
      1,
      'CreateUsers1795392000000 failed and was rolled back: permission denied for schema public\n',
    ]);
  });
});

it('DATABASE_URL may name host, port, user and password as parameters', async () => {
  const database = await createDatabase();
  const url = new URL(database.url);
  const parameters = `postgres:///${url.pathname.slice(1)}?user=${url.username}&password=${url.password}&host=${url.hostname}&port=${url.port}`;
  const server = await ServerProcess.start({ DATABASE_URL: parameters });
  const exit = await server.kill('SIGTERM');
  await database.drop();
  expect(exit.code).toBe(0);
});
