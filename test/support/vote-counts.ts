import type { TestDatabase } from './database.js';

/** Posts whose `vote_count` differs from the number of their votes, in words. */
export async function wrongVoteCounts(database: Pick<TestDatabase, 'query'>): Promise<string[]> {
  const rows = await database.query<{ text: string }>(`
    SELECT format('%s %s says %s votes and has %s', kind, id, vote_count, size) AS text
    FROM (
      SELECT 'question' AS kind, id, vote_count,
        (SELECT count(*) FROM question_voter WHERE question_id = question.id) AS size
      FROM question
      UNION ALL
      SELECT 'answer', id, vote_count,
        (SELECT count(*) FROM answer_voter WHERE answer_id = answer.id)
      FROM answer) posts
    WHERE vote_count <> size ORDER BY kind, id`);
  return rows.map(({ text }) => text);
}
