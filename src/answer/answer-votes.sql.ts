import type { Statement } from '../database/statement.js';

/**
 * Casts votes for answers: of the users $2 for the answers $1, requested by the requests $3, which may
 * be null. The three arrays have the same length, and may repeat a vote. A vote that is there, and a vote
 * for an answer that does not exist, change nothing. Each new vote raises `answer.voted`.
 *
 * The answers are locked first, in the order of their ids, until the COMMIT: two batches never wait for
 * each other in a circle, and `vote_count` is the newest count. The triggers of `answer_voter` add the
 * new votes to it when the statement ends.
 *
 * `(SELECT $1::int[])` hides the length of an array from the planner: docs/planner.md.
 */
export const CAST_ANSWER_VOTES: Statement = {
  name: 'cast answer votes',
  text: `
    WITH requested AS (
      SELECT DISTINCT ON (answer_id, voter_id) answer_id, voter_id, request_id
      FROM unnest((SELECT $1::int[]), (SELECT $2::int[]), (SELECT $3::text[]))
        AS requested (answer_id, voter_id, request_id)
    ), locked AS (
      SELECT id, user_id AS author_id, vote_count FROM answer
      WHERE id = ANY ((SELECT $1::int[])::int[]) ORDER BY id FOR NO KEY UPDATE
    ), inserted AS (
      INSERT INTO answer_voter (answer_id, user_id)
      SELECT answer_id, voter_id FROM requested JOIN locked ON locked.id = answer_id
      ORDER BY answer_id, voter_id
      ON CONFLICT DO NOTHING
      RETURNING answer_id, user_id AS voter_id
    ), raised AS (
      INSERT INTO outbox (name, payload, request_id)
      SELECT 'answer.voted',
        jsonb_build_object('answerId', answer_id, 'authorId', author_id, 'actorId', voter_id),
        request_id
      FROM inserted JOIN requested USING (answer_id, voter_id) JOIN locked ON locked.id = answer_id
      RETURNING id::text, name, payload, failures, request_id AS "requestId"
    ), counted AS (
      SELECT locked.id AS "postId", vote_count + coalesce(added.size, 0) AS "voteCount"
      FROM locked LEFT JOIN (
        SELECT answer_id, count(*)::int AS size FROM inserted GROUP BY answer_id
      ) added ON added.answer_id = locked.id
    )
    SELECT (SELECT coalesce(json_agg(raised), '[]') FROM raised) AS raised,
      (SELECT coalesce(json_agg(counted), '[]') FROM counted) AS result`,
};

/**
 * Takes the vote of user $2 for answer $1 back. A vote that is not there changes nothing. No row: no such
 * answer.
 *
 * The statement may wait for the lock, and its DELETE does not see what was committed meanwhile. When it
 * deleted nothing and the answer has changed since the statement began, `"isStale"` is true: the vote
 * may be there. The same statement sees it in a transaction that has the lock: LOCK_ANSWER.
 */
export const TAKE_BACK_ANSWER_VOTE: Statement = {
  name: 'take back answer vote',
  text: `
    WITH locked AS (
      SELECT id, vote_count, ctid AS version FROM answer WHERE id = $1 FOR NO KEY UPDATE
    ), deleted AS (
      DELETE FROM answer_voter
      WHERE answer_id = (SELECT id FROM locked) AND user_id = $2
      RETURNING 1
    )
    SELECT vote_count - (SELECT count(*)::int FROM deleted) AS "voteCount",
      NOT EXISTS (SELECT FROM deleted)
        AND version <> (SELECT ctid FROM answer WHERE id = $1) AS "isStale"
    FROM locked`,
};

/** Locks answer $1 until the end of the transaction. */
export const LOCK_ANSWER = 'SELECT FROM answer WHERE id = $1 FOR NO KEY UPDATE';
