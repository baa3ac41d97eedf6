import { startApp, type TestApp } from './support/app.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { until } from './support/until.js';

/** Votes and notifications that came after PostgreSQL had planned for empty tables. */
const GROWN = 12_000;
const VOTERS = 40;
/** On each connection of the pool several: only then does it keep a plan. */
const VOTES_BEFORE = 100;

let database: TestDatabase;

/** How many rows of a table were read, and by which way. */
interface Reads {
  /** Without an index. */
  inSequence: number;
  byIndex: Record<string, number>;
}

async function readsOf(table: string): Promise<Reads> {
  const [whole] = await database.query<{ reads: number }>(
    'SELECT seq_tup_read::int AS reads FROM pg_stat_user_tables WHERE relname = $1',
    [table],
  );
  const indexes = await database.query<{ name: string; reads: number }>(
    `SELECT indexrelname AS name, idx_tup_read::int AS reads FROM pg_stat_user_indexes
     WHERE relname = $1`,
    [table],
  );
  return {
    inSequence: whole!.reads,
    byIndex: Object.fromEntries(indexes.map(({ name, reads }) => [name, reads])),
  };
}

/** Runs it in an application, and resolves when PostgreSQL has reported all it has read for it. */
async function withApp(act: (board: TestApp) => Promise<void>) {
  const board = await startApp({}, database);
  await act(board);
  await board.idle();
  await board.stop();
  await until(async () => {
    const [open] = await database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'qna-notifications'`,
    );
    return open!.count === 0;
  });
}

beforeAll(async () => {
  database = await createDatabase();
  for (const table of ['notification', 'notification_tombstone', 'question_voter']) {
    await database.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
  }
  await withApp(async (board) => {
    const author = await board.person();
    const questionId = await board.ask(author);
    const voters = await Promise.all(Array.from({ length: VOTERS }, () => board.person()));
    const other = await board.ask(await board.person());
    for (let vote = 0; vote < VOTES_BEFORE; vote += 1) {
      await board.voteForQuestion(voters[vote % VOTERS]!, other);
    }
    await board.idle();
    // As the application would have notified the author of them.
    await database.query(
      `WITH crowd AS (
         INSERT INTO users (username, email, password_hash)
         SELECT 'crowd-' || n, n || '@crowd.test', 'none' FROM generate_series(1, $1::int) n
         RETURNING id
       ), votes AS (
         INSERT INTO question_voter (question_id, user_id) SELECT $2::int, id FROM crowd
       )
       INSERT INTO notification (user_id, actor_user_id, event_type, resource_type, resource_id,
         message, created_at, seq, event_key)
       SELECT $3::int, id, 'question.voted', 'question', $2, 'A vote.', timezone('utc', now()),
         row_number() OVER (), 'question.voted:' || $2 || ':' || id
       FROM crowd`,
      [GROWN, questionId, author.id],
    );
    await database.query(
      `INSERT INTO notification_inbox (user_id, seq, total, unread_count, rev)
       VALUES ($1, $2, $2, $2, $2)`,
      [author.id, GROWN],
    );
    await Promise.all(voters.map((voter) => board.voteForQuestion(voter, questionId)));
  });
});
afterAll(() => database.drop());

it('a vote does not read the votes of the board while the statistics of the database are stale', async () => {
  expect((await readsOf('question_voter')).inSequence).toBe(0);
});

it('a notification does not read the inbox of its receiver while the statistics of the database are stale', async () => {
  const { inSequence, byIndex } = await readsOf('notification');
  expect([inSequence, byIndex]).toEqual([
    0,
    Object.fromEntries(Object.keys(byIndex).map((name) => [name, 0])),
  ]);
});
