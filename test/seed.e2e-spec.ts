import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { Board, type Person } from './support/board.js';
import { contents } from './support/contents.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { JWT_SECRET, killServers, ServerProcess } from './support/server-process.js';
import { until } from './support/until.js';

const SEED = 'dist/src/demo/seed.cli.js';
const PASSWORD = 'demo-password';

let database: TestDatabase;

async function dropAll(): Promise<void> {
  await killServers();
  await database.drop();
}

const environment = (more: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  DATABASE_URL: database.url,
  ...more,
});

/** @returns what it printed */
async function seed(...args: string[]): Promise<string> {
  const options = { env: environment() };
  const { stdout } = await promisify(execFile)(process.execPath, [SEED, ...args], options);
  return stdout;
}

/** How it refuses: its exit code and what it prints to stderr. */
async function refusal(more: Record<string, string>): Promise<{ code: number; stderr: string }> {
  const run = promisify(execFile)(process.execPath, [SEED], { env: environment(more) });
  return run.then(
    () => {
      throw new Error('it succeeded');
    },
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );
}

async function startBoard(): Promise<Board> {
  const { url } = await ServerProcess.start({ DATABASE_URL: database.url, RATE_LIMIT: 'off' });
  return new Board(url, JWT_SECRET, database);
}

async function logInAs(board: Board, username: string): Promise<Person> {
  const { access_token: token } = await board.must<{ access_token: string }>(
    'POST',
    '/api/user/login',
    { body: { username, password: PASSWORD } },
  );
  const person = { id: 0, username, token };
  const { id } = await board.must<{ id: number }>('GET', '/api/user/me', { as: person });
  return { ...person, id };
}

const count = async (table: string): Promise<number> =>
  (await database.query<{ count: number }>(`SELECT count(*)::int FROM ${table}`))[0]!.count;

describe('the demo data', () => {
  let board: Board;

  beforeAll(async () => {
    database = await createDatabase();
    await seed();
    board = await startBoard();
  });
  afterAll(dropAll);

  it('the demo data has three questions', async () => {
    expect(await count('question')).toBe(3);
  });

  it.each([
    ['ada', 'en'],
    ['minji', 'ko'],
  ])('the demo data lets people log in as %s with the language %s', async (username, locale) => {
    const as = await logInAs(board, username);
    expect(await board.must('GET', '/api/user/me', { as })).toMatchObject({ username, locale });
  });

  it.each(['ada', 'minji'])(
    'the demo data has notifications of %s both read and unread',
    async (username) => {
      const { total, unread_count } = await board.list(await logInAs(board, username));
      expect([unread_count > 0, total > unread_count]).toEqual([true, true]);
    },
  );

  it('the demo data has the votes and answers that its notifications are about', async () => {
    const [about] = await database.query(
      `SELECT count(*) FILTER (WHERE event_type = 'question.voted')::int AS question_votes,
         count(*) FILTER (WHERE event_type = 'answer.voted')::int AS answer_votes,
         count(*) FILTER (WHERE event_type = 'answer.created')::int AS answers FROM notification`,
    );
    expect(about).toEqual({
      question_votes: await count('question_voter'),
      answer_votes: await count('answer_voter'),
      answers: await count('answer'),
    });
  });

  // The last one: it uses the data.
  it('the demo data changes nothing when it is repeated after people used the data', async () => {
    const ada = await logInAs(board, 'ada');
    const [own] = await database.query<{ id: number }>(
      `SELECT id FROM question WHERE user_id = ${ada.id} ORDER BY id LIMIT 1`,
    );
    const [voted] = await database.query<{ answer_id: number }>(
      `SELECT answer_id FROM answer_voter WHERE user_id = ${ada.id}`,
    );
    await board.must('DELETE', `/api/answer/${voted!.answer_id}/vote`, { as: ada });
    await board.must('DELETE', `/api/question/${own!.id}`, { as: ada });
    await board.must('PUT', '/api/notification/read-all', { as: ada });
    const before = await contents(database);
    await seed();
    expect(await contents(database)).toEqual(before);
  });
});

describe('npm run seed', () => {
  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(dropAll);

  it('npm run seed completes what a run that was killed has left', async () => {
    const { child, isAtVotes } = await holdAtVotes();
    await until(isAtVotes);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await releaseVotes();
    await seed();
    expect([await count('question'), await count('answer'), await count('notification')]).toEqual([
      3, 2, 5,
    ]);
  });

  it('npm run seed creates accounts that nobody can use before all data is there', async () => {
    const { child, isAtVotes } = await holdAtVotes();
    await until(isAtVotes);
    const board = await startBoard();
    const { status } = await board.call('POST', '/api/user/login', {
      body: { username: 'ada', password: PASSWORD },
    });
    child.kill('SIGKILL');
    expect(status).toBe(401);
  });

  it('npm run seed creates one set of data when two run at once', async () => {
    await Promise.all([seed(), seed()]);
    expect([await count('users'), await count('question'), await count('answer')]).toEqual([
      2, 3, 2,
    ]);
  });

  it('npm run seed creates the data beside accounts of other people', async () => {
    await database.query(
      `INSERT INTO users (username, email, password_hash) VALUES ('kim', 'kim@x.example', '-')`,
    );
    await seed();
    expect(await count('question')).toBe(3);
  });

  it('npm run seed creates nothing beside accounts of other people when asked for an empty database', async () => {
    await database.query(
      `INSERT INTO users (username, email, password_hash) VALUES ('kim', 'kim@x.example', '-')`,
    );
    await seed('--if-empty');
    expect(await count('question')).toBe(0);
  });

  it('npm run seed creates nothing when another user is called ada', async () => {
    await database.query(
      `INSERT INTO users (username, email, password_hash) VALUES ('ada', 'ada@x.example', '-')`,
    );
    await seed();
    expect(await count('question')).toBe(0);
  });

  it('npm run seed is refused when NODE_ENV is production', async () => {
    expect(await refusal({ NODE_ENV: 'production' })).toEqual({
      code: 1,
      stderr: expect.stringContaining('NODE_ENV is production') as string,
    });
  });

  it('npm run seed says that migrations are missing', async () => {
    const empty = await createDatabase({ migrated: false });
    const { stderr } = await refusal({ DATABASE_URL: empty.url });
    await empty.drop();
    expect(stderr).toMatch(/^The database lacks migrations .*npm run migration:run\n$/);
  });
});

const ASLEEP = `FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event = 'PgSleep'`;

/** A seed that waits when it casts its first vote. */
async function holdAtVotes(): Promise<{ child: ChildProcess; isAtVotes: () => Promise<boolean> }> {
  await database.query(
    `CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$`,
  );
  await database.query(
    'CREATE TRIGGER slow_votes BEFORE INSERT ON question_voter FOR EACH ROW EXECUTE FUNCTION wait()',
  );
  const child = spawn(process.execPath, [SEED], { env: environment(), stdio: 'ignore' });
  const isAtVotes = async (): Promise<boolean> => {
    return (await database.query(`SELECT 1 ${ASLEEP}`)).length > 0;
  };
  return { child, isAtVotes };
}

async function releaseVotes(): Promise<void> {
  await database.query(`SELECT pg_terminate_backend(pid) ${ASLEEP}`);
  await database.query('DROP TRIGGER slow_votes ON question_voter');
}
