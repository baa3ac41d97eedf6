import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { QuestionRef } from '../src/answer/entities/question-ref.entity.js';
import { databaseOptions } from '../src/database/options.js';
import { Question } from '../src/question/entities/question.entity.js';
import { startApp, type TestApp } from './support/app.js';
import { createDatabase, type TestDatabase } from './support/database.js';

/** As a release is migrated: by the program that was built. @throws when it does not exit with 0 */
async function migrate(command: 'run' | 'revert', { url }: TestDatabase): Promise<string> {
  const program = ['dist/src/database/migrate.js', command];
  const env = { ...process.env, DATABASE_URL: url };
  return (await promisify(execFile)(process.execPath, program, { env })).stdout;
}

/** Takes every migration back but the newest one. */
async function revertTheRest({ url }: TestDatabase): Promise<void> {
  const dataSource = new DataSource(await databaseOptions({ url, poolSize: 1 }));
  await dataSource.initialize();
  for (let left = dataSource.migrations.length - 1; left > 0; left -= 1) {
    await dataSource.undoLastMigration();
  }
  await dataSource.destroy();
}

async function lines(
  database: TestDatabase,
  query: string,
  ...values: string[]
): Promise<string[]> {
  const rows = await database.query<{ line: string }>(query, values);
  return rows.map(({ line }) => line);
}

/** Each as `name type [NOT NULL] [DEFAULT …]`, in their order. */
function columnsOf(table: string, database: TestDatabase): Promise<string[]> {
  return lines(
    database,
    `SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod),
       CASE WHEN attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_get_expr(adbin, adrelid)) AS line
     FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    table,
  );
}

/** Primary, foreign and unique keys. */
function keysOf(table: string, database: TestDatabase): Promise<string[]> {
  return lines(
    database,
    `SELECT pg_get_constraintdef(oid) AS line FROM pg_constraint
     WHERE conrelid = $1::regclass AND contype IN ('p', 'f', 'u') ORDER BY 1`,
    table,
  );
}

function indexesOf(table: string, database: TestDatabase): Promise<string[]> {
  return lines(database, 'SELECT indexdef AS line FROM pg_indexes WHERE tablename = $1', table);
}

async function tablesOf(database: TestDatabase): Promise<string[]> {
  return lines(
    database,
    `SELECT tablename AS line FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
}

/** Everything that migrations can make, as text. */
async function schemaOf(database: TestDatabase): Promise<Record<string, string[]>> {
  const tables = (await tablesOf(database)).filter((table) => table !== 'migrations');
  const parts = tables.map(async (table): Promise<[string, string[]]> => {
    const [columns, keys, indexes] = [columnsOf, keysOf, indexesOf].map((of) =>
      of(table, database),
    );
    return [table, [...(await columns!), ...(await keys!), ...(await indexes!).sort()]];
  });
  return Object.fromEntries(await Promise.all(parts));
}

const serial = (table: string): string =>
  `id integer NOT NULL DEFAULT nextval('${table}_id_seq'::regclass)`;

describe('a migrated database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it.each([
    [
      'notification',
      [
        serial('notification'),
        'user_id integer NOT NULL',
        'actor_user_id integer NOT NULL',
        'event_type character varying(50) NOT NULL',
        'resource_type character varying(50) NOT NULL',
        'resource_id integer NOT NULL',
        'message text NOT NULL',
        'is_read boolean NOT NULL DEFAULT false',
        'created_at timestamp without time zone NOT NULL',
      ],
    ],
    ['question', [serial('question'), 'user_id integer NOT NULL']],
    ['question_voter', ['question_id integer NOT NULL', 'user_id integer NOT NULL']],
    ['answer', [serial('answer'), 'question_id integer NOT NULL', 'user_id integer NOT NULL']],
    ['answer_voter', ['answer_id integer NOT NULL', 'user_id integer NOT NULL']],
    [
      'users',
      [
        serial('users'),
        'username character varying(50) NOT NULL',
        expect.stringMatching(/^email .+ NOT NULL$/),
        expect.stringMatching(/^password_hash .+ NOT NULL$/),
        expect.stringMatching(/^locale .+ NOT NULL DEFAULT 'ko'::/),
        expect.stringMatching(/^created_at timestamp without time zone NOT NULL DEFAULT /),
      ],
    ],
  ])(
    'a migrated database has the documented columns in "%s"',
    async (table, columns: unknown[]) => {
      expect(await columnsOf(table, database)).toEqual(expect.arrayContaining(columns));
    },
  );

  it.each([
    [
      'notification',
      [
        'PRIMARY KEY (id)',
        'FOREIGN KEY (user_id) REFERENCES users(id)',
        'FOREIGN KEY (actor_user_id) REFERENCES users(id)',
      ],
    ],
    ['question', ['PRIMARY KEY (id)', 'FOREIGN KEY (user_id) REFERENCES users(id)']],
    ['question_voter', ['PRIMARY KEY (question_id, user_id)']],
    ['answer', ['PRIMARY KEY (id)', 'FOREIGN KEY (user_id) REFERENCES users(id)']],
    ['answer_voter', ['PRIMARY KEY (answer_id, user_id)']],
    ['users', ['PRIMARY KEY (id)', 'UNIQUE (username)', 'UNIQUE (email)']],
  ])('a migrated database has the documented keys in "%s"', async (table, keys) => {
    expect(await keysOf(table, database)).toEqual(expect.arrayContaining(keys));
  });

  it.each([
    ['ix_notification_user_is_read', '(user_id, is_read)'],
    ['ix_notification_user_created', '(user_id, created_at)'],
  ])('a migrated database has the index %s on %s', async (name, columns) => {
    const index = `CREATE INDEX ${name} ON public.notification USING btree ${columns}`;
    expect(await indexesOf('notification', database)).toContain(index);
  });

  it('a migrated database requires of a user only the documented columns', async () => {
    const required = (await columnsOf('users', database)).filter(
      (column) => column.includes('NOT NULL') && !column.includes('DEFAULT'),
    );
    expect(required.map((column) => column.split(' ')[0])).toEqual([
      'username',
      'email',
      'password_hash',
    ]);
  });
});

describe('the entities', () => {
  let board: TestApp;
  let dataSource: DataSource;
  beforeAll(async () => {
    board = await startApp();
    dataSource = board.app.get(DataSource);
  });
  afterAll(() => board.stop());

  it('the entities describe what the migrations make', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('the entities give answers the question and the author that questions wrote', async () => {
    const authorId = (await board.person()).id;
    const written = { authorId, subject: 'How?', content: 'Like this?' };
    const { identifiers } = await dataSource.getRepository(Question).insert(written);
    const found = await dataSource.getRepository(QuestionRef).find();
    expect(found).toEqual([{ ...identifiers[0], authorId }]);
  });
});

describe('migrations', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createDatabase({ migrated: false });
  });
  afterEach(() => database.drop());

  it('migrations go down to nothing and up again to the same', async () => {
    await migrate('run', database);
    const schema = await schemaOf(database);
    await migrate('revert', database);
    await revertTheRest(database);
    const left = await tablesOf(database);
    await migrate('run', database);
    expect([left, await schemaOf(database)]).toEqual([['migrations'], schema]);
  });

  it('migrations may be run by several at the same time', async () => {
    const outputs = await Promise.all([migrate('run', database), migrate('run', database)]);
    const didSo = outputs.filter((output) => output.includes('The database is up to date.'));
    const foundItSo = outputs.filter((output) => output.includes('The database was up to date.'));
    expect([didSo.length, foundItSo.length]).toEqual([1, 1]);
  });
});

describe('a server in another time zone', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
    const name = new URL(database.url).pathname.slice(1);
    // For every connection from now on; those that made the statement keep theirs.
    await database.query(`ALTER DATABASE ${name} SET timezone = 'Asia/Seoul'`);
  });
  afterAll(() => database.drop());

  it('every default of a TIMESTAMP is the time in UTC on a server in another time zone', async () => {
    const client = new Client(database.url);
    await client.connect();
    const { rows } = await client.query<{ column: string; minutes: number }>(
      `WITH u AS (INSERT INTO users (username, email, password_hash) VALUES ('a', 'b', 'c')
         RETURNING id, created_at),
       q AS (INSERT INTO question (user_id, subject, content) SELECT id, 'd', 'e' FROM u RETURNING *)
       SELECT name AS column, round(extract(epoch FROM at - now() AT TIME ZONE 'UTC') / 60)::int AS minutes
       FROM u, q, LATERAL (VALUES ('users.created_at', u.created_at),
         ('question.created_at', q.created_at), ('question.updated_at', q.updated_at)) AS c (name, at)`,
    );
    await client.end();
    expect(rows).toEqual([
      { column: 'users.created_at', minutes: 0 },
      { column: 'question.created_at', minutes: 0 },
      { column: 'question.updated_at', minutes: 0 },
    ]);
  });

  it('no column has another default for a TIMESTAMP on a server in another time zone', async () => {
    const defaults = await lines(
      database,
      `SELECT DISTINCT column_default AS line FROM information_schema.columns
       WHERE table_schema = 'public' AND data_type LIKE 'timestamp%' AND column_default IS NOT NULL`,
    );
    expect(defaults.toSorted()).toEqual([
      // outbox.due_at: the head start of the process that raises an event.
      `(timezone('utc'::text, clock_timestamp()) + '00:00:03'::interval)`,
      `timezone('utc'::text, now())`,
    ]);
  });

  it('a notification carries the time in UTC on a server in another time zone', async () => {
    const board = await startApp({}, database);
    const [author, voter] = [await board.person(), await board.person()];
    await board.voteForQuestion(voter, await board.ask(author));
    await board.idle();
    const { notifications } = await board.list(author);
    await board.stop();
    const minutes = (Date.now() - Date.parse(notifications[0]!.created_at)) / 60_000;
    expect(Math.round(minutes)).toBe(0);
  });
});
