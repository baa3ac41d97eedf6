import type { Person } from './board.js';
import type { TestDatabase } from './database.js';

/**
 * Puts events into the outbox as if each of `voters` had voted for that many questions of the author:
 * more, and faster, than they could be cast.
 */
export async function flood(
  database: TestDatabase,
  author: Person,
  voters: Person[],
  questions: number,
): Promise<void> {
  await database.query(
    `INSERT INTO outbox (name, payload, due_at)
     SELECT 'question.voted',
       jsonb_build_object('questionId', question, 'authorId', $1::int, 'actorId', voter),
       timezone('utc', clock_timestamp())
     FROM generate_series(1, $3::int) question CROSS JOIN unnest($2::int[]) voter`,
    [author.id, voters.map(({ id }) => id), questions],
  );
}
