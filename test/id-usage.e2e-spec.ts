import { readFile } from 'node:fs/promises';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Scrape } from './support/metrics.js';
import { killServers, ServerProcess } from './support/server-process.js';

const LARGEST_ID = 2_147_483_647;

describe('the metric of used ids', () => {
  let database: TestDatabase;
  let now: Scrape;

  beforeAll(async () => {
    database = await createDatabase();
    await database.query(`
      SELECT setval('notification_id_seq', ${Math.ceil(0.8 * LARGEST_ID)});
      SELECT setval('question_id_seq', ${Math.ceil(0.5 * LARGEST_ID)});
      ALTER SEQUENCE question_id_seq AS bigint;
      CREATE TABLE numbered (number SMALLINT GENERATED ALWAYS AS IDENTITY);
      INSERT INTO numbered SELECT FROM generate_series(1, 3277)`);
    const server = await ServerProcess.start({ DATABASE_URL: database.url });
    now = await Scrape.from(server.url);
  });
  afterAll(async () => {
    await killServers();
    await database.drop();
  });

  const usage = (column: string): number | undefined =>
    now.value(`qna_id_used_ratio{column="${column}"}`);

  it('the metric of used ids has every column that numbers its rows', async () => {
    const rows = await database.query<{ column: string }>(
      `SELECT table_name || '.' || column_name AS column FROM information_schema.columns
       WHERE table_schema = current_schema()
         AND (column_default LIKE 'nextval(%' OR is_identity = 'YES')`,
    );
    const series = rows.map(({ column }) => `qna_id_used_ratio{column="${column}"}`);
    expect(now.series('qna_id_used_ratio').toSorted()).toEqual(series.toSorted());
  });

  it('the metric of used ids is 0 for a column that has numbered nothing', () => {
    expect(usage('answer.id')).toBe(0);
  });

  it('the metric of used ids is the part of the largest number that a SERIAL has reached', () => {
    expect(usage('notification.id')).toBeCloseTo(0.8, 6);
  });

  it('the metric of used ids counts an identity column by its own type', () => {
    expect(usage('numbered.number')).toBeCloseTo(0.1, 4);
  });

  it('the metric of used ids counts by the column where its sequence can count further', () => {
    expect(usage('question.id')).toBeCloseTo(0.5, 6);
  });
});

describe('the statements that widen ids', () => {
  let database: TestDatabase;
  let statements: string[];

  beforeAll(async () => {
    database = await createDatabase();
    const text = await readFile('docs/operations.md', 'utf8');
    statements = [...text.matchAll(/```sql\n(BEGIN;[^`]+)```/g)].map(([, sql]) => sql!);
    for (const sql of statements) await database.query(sql);
  });
  afterAll(() => database.drop());

  it('the documented statements that widen ids leave no column that numbers its rows, or refers to one, as an INTEGER', async () => {
    const narrow = await database.query(
      `SELECT attrelid::regclass, attname FROM pg_attribute
       WHERE attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r')
         AND attrelid::regclass::text NOT IN ('migrations')
         AND atttypid = 'int4'::regtype AND attname ~ '^(id|\\w+_id)$'
         AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)`,
    );
    expect(narrow).toEqual([]);
  });

  it('the documented statements that widen ids leave no sequence of an id that ends where an INTEGER does', async () => {
    const narrow = await database.query(
      `SELECT seqrelid::regclass FROM pg_sequence
       WHERE seqmax <= ${LARGEST_ID} AND seqrelid::regclass::text <> 'migrations_id_seq'`,
    );
    expect(narrow).toEqual([]);
  });

  it('the documented statements that widen ids leave references between tables in force', async () => {
    const insert = `INSERT INTO question_voter (question_id, user_id) VALUES (1, 1)`;
    await expect(database.query(insert)).rejects.toMatchObject({ code: '23503' });
  });
});
