import type { Person } from './board.js';
import type { TestDatabase } from './database.js';

/**
 * Puts events into the outbox as if each of `voters` had voted for that many questions of the author:
 * more, and faster, than they could be cast.
 * @param first number of the first question; another time must begin behind the last
 */
export async function flood(
  database: TestDatabase,
  author: Person,
  voters: Person[],
  questions: number,
  first = 1,
): Promise<void> {
  await database.query(
    `INSERT INTO outbox (name, payload, due_at)
     SELECT 'question.voted',
       jsonb_build_object('questionId', question, 'authorId', $1::int, 'actorId', voter),
       timezone('utc', clock_timestamp())
     FROM generate_series($4::int, $4::int + $3::int - 1) question CROSS JOIN unnest($2::int[]) voter`,
    [author.id, voters.map(({ id }) => id), questions, first],
  );
}
