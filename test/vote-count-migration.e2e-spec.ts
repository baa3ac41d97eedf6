import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createDatabase, type TestDatabase } from './support/database.js';
import { wrongVoteCounts } from './support/vote-counts.js';

describe('the migration that counts votes', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
    await database.query(`
      INSERT INTO users (username, email, password_hash)
      SELECT 'user-' || n, n || '@example.test', 'none' FROM generate_series(1, 5) n;
      INSERT INTO question (user_id, subject, content)
      SELECT 1, 'How?', 'Like this?' FROM generate_series(1, 1200);
      INSERT INTO answer (question_id, user_id, content)
      SELECT id, 1, 'Like that.' FROM question;
      INSERT INTO question_voter SELECT q.id, u.id FROM question q JOIN users u ON u.id <= q.id % 6;
      INSERT INTO answer_voter SELECT a.id, u.id FROM answer a JOIN users u ON u.id <= a.id % 4`);
  });
  afterAll(() => database.drop());

  const migrate = (): Promise<unknown> =>
    promisify(execFile)(process.execPath, ['dist/src/database/migrate.js', 'run'], {
      env: { ...process.env, DATABASE_URL: database.url },
    });

  it('counts the votes of before, also when it is repeated after it was interrupted', async () => {
    await database.query(`
      UPDATE question SET vote_count = 0 WHERE id > 700;
      UPDATE answer SET vote_count = 0;
      DELETE FROM migrations WHERE name LIKE 'CountVotes%'`);
    await migrate();
    expect(await wrongVoteCounts(database)).toEqual([]);
  });

  it('says that it can be run again when it fails', async () => {
    await database.query(`
      DROP FUNCTION count_question_voter CASCADE;
      CREATE FUNCTION count_question_voter() RETURNS integer LANGUAGE sql AS 'SELECT 1';
      DELETE FROM migrations WHERE name LIKE 'CountVotes%'`);
    await expect(migrate()).rejects.toMatchObject({
      stderr: expect.stringMatching(
        /^CountVotes\d+ failed, and what it has done so far stays. Run the migrations again: /,
      ),
    });
  });
});
