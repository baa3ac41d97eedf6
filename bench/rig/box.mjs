import { Client } from 'pg';

/** Above every id of a question: these are about none. */
const FIRST_RESOURCE = 1_000_000_000;

/**
 * Gives a user a box of `size` notifications, as if written by the server: numbered, counted, every
 * second one read. All within the last days, so that none is old enough to be cleared away.
 * @param {string} url
 * @param {{ userId: number, actorId: number, size: number }} box
 * @returns {Promise<number>} id of the first; the others follow it, and odd ones are unread
 */
export async function fillBox(url, { userId, actorId, size }) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `WITH filled AS (
         INSERT INTO notification (user_id, actor_user_id, event_type, resource_type, resource_id,
           message, is_read, created_at, seq, event_key)
         SELECT $1::int, $2::int, 'question.voted', 'question', ${FIRST_RESOURCE} + g,
           'somebody님이 회원님의 질문에 투표했습니다.', g % 2 = 0,
           timezone('utc', now()) - ($3::int - g) * interval '0.1 seconds', g,
           'question.voted:' || ${FIRST_RESOURCE} + g || ':' || $2::int
         FROM generate_series(1, $3::int) g ORDER BY g
         RETURNING id)
       SELECT min(id) AS first, max(id) AS last FROM filled`,
      [userId, actorId, size],
    );
    await client.query(
      `INSERT INTO notification_inbox (user_id, seq, total, unread_count, rev)
       VALUES ($1::int, $2::int, $2::int, ($2::int + 1) / 2, $2::int + 1)`,
      [userId, size],
    );
    await client.query('VACUUM (ANALYZE) notification');
    if (rows[0].last - rows[0].first !== size - 1) throw new Error('Ids are not in a row');
    return rows[0].first;
  } finally {
    await client.end();
  }
}
