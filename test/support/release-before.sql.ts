/**
 * What the release before, 0.1.0 at commit 8189c4b, says to the database: recorded from its build. It has
 * to go on working while both releases run.
 */

const CLOCK = "timezone('utc', clock_timestamp())";

/** Parameters: posts, voters, request ids. */
export function castVotes(kind: 'question' | 'answer'): string {
  return `
    WITH wanted AS (
      SELECT DISTINCT ON (w.post_id, w.voter_id) w.*, (
        SELECT true FROM ${kind}_voter v
        WHERE v.${kind}_id = w.post_id AND v.user_id = w.voter_id LIMIT 1) IS NULL AS is_new
      FROM unnest((SELECT $1::int[]), (SELECT $2::int[]), (SELECT $3::text[]))
        AS w (post_id, voter_id, request_id)
      JOIN ${kind} p ON p.id = w.post_id
    ), inserted AS (
      INSERT INTO ${kind}_voter (${kind}_id, user_id)
      SELECT post_id, voter_id FROM wanted WHERE is_new ORDER BY 1, 2
      ON CONFLICT DO NOTHING
      RETURNING ${kind}_id AS post_id, user_id AS voter_id
    ), changed AS (
      SELECT inserted.*, p.user_id AS author_id, wanted.request_id
      FROM inserted JOIN wanted USING (post_id, voter_id) JOIN ${kind} p ON p.id = inserted.post_id
    ), added AS (
      SELECT post_id, count(*) AS size FROM inserted GROUP BY post_id
    ), raised AS (
      INSERT INTO outbox (name, payload, due_at, request_id)
      SELECT '${kind}.voted',
        jsonb_build_object('${kind}Id', post_id, 'authorId', author_id, 'actorId', voter_id),
        ${CLOCK} + interval '3 seconds', request_id
      FROM changed
      RETURNING id::text, name, payload, failures, request_id AS "requestId"
    )
    SELECT (SELECT coalesce(json_agg(raised), '[]') FROM raised) AS raised,
      (SELECT coalesce(json_agg(result), '[]') FROM (
        SELECT expected.post_id AS "postId", coalesce(added.size, 0) < expected.size AS "isRaced",
          (SELECT count(*)::int FROM ${kind}_voter counted WHERE counted.${kind}_id = expected.post_id)
            + coalesce(added.size, 0) AS "voteCount"
        FROM (
          SELECT post_id, count(*) FILTER (WHERE is_new) AS size FROM wanted GROUP BY post_id
        ) expected LEFT JOIN added USING (post_id)) result) AS result`;
}

/** Parameters: post, voter. */
export function takeVoteBack(kind: 'question' | 'answer'): string {
  return `
    WITH changed AS (
      DELETE FROM ${kind}_voter v WHERE v.${kind}_id = $1 AND v.user_id = $2 RETURNING 1)
    SELECT (SELECT '[]'::json) AS raised, (SELECT coalesce(json_agg(result), '[]') FROM (
      SELECT p.id AS "postId",
        (SELECT count(*)::int FROM ${kind}_voter counted WHERE counted.${kind}_id = p.id)
          - (SELECT count(*) FROM changed) AS "voteCount",
        EXISTS (SELECT FROM ${kind}_voter v WHERE v.${kind}_id = $1 AND v.user_id = $2)
          AND NOT EXISTS (SELECT FROM changed) AS "isRaced"
      FROM ${kind} p WHERE p.id = $1) result) AS result`;
}

/** Parameters: names, payloads, request id. */
export const STORE_EVENTS = `
  INSERT INTO outbox (name, payload, due_at, request_id)
  SELECT name, payload, ${CLOCK} + interval '3 seconds', $3
  FROM unnest($1::text[], $2::jsonb[]) AS raised (name, payload)
  RETURNING id::text, name, payload, failures, request_id AS "requestId"`;

/** Parameters: how many, names, ids that are not wanted. */
export const CLAIM_EVENTS = `
  WITH claimed AS (
    UPDATE outbox SET due_at = ${CLOCK} + interval '5 seconds',
      last_error = nullif(last_error, 'No running version listens to it')
    WHERE id IN (
      SELECT id FROM outbox
      WHERE parked_at IS NULL AND due_at <= ${CLOCK}
        AND name = ANY ($2::text[]) AND id <> ALL ($3::bigint[])
      ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING id::text, name, payload, failures, request_id AS "requestId",
      extract(epoch FROM occurred_at)::float8 * 1000 AS "occurredAt")
  SELECT * FROM claimed ORDER BY id::bigint`;

/** Parameters: id, error, seconds of pause, failures that are allowed. */
export const FAIL_EVENT = `
  UPDATE outbox SET failures = failures + 1, last_error = $2,
    due_at = ${CLOCK} + $3 * interval '1 second',
    parked_at = CASE WHEN failures + 1 >= $4 THEN ${CLOCK} END
  WHERE id = $1`;

/** Parameter: ids. */
export const REMOVE_EVENTS = 'DELETE FROM outbox WHERE id = ANY ($1::bigint[])';

/** Parameter: id, or null for all. */
export const RETRY_EVENTS = `
  WITH requeued AS (
    UPDATE outbox SET parked_at = NULL, failures = 0, last_error = NULL,
      due_at = timezone('utc', clock_timestamp())
    WHERE parked_at IS NOT NULL AND ($1::bigint IS NULL OR id = $1)
    RETURNING id)
  SELECT count(*)::int AS count FROM requeued`;

export const READ_BACKLOG = `
  SELECT count(*)::int AS waiting,
    (SELECT count(*)::int FROM (
      SELECT FROM outbox WHERE parked_at IS NOT NULL LIMIT 100000) counted) AS "deadLettered"
  FROM (
    SELECT parked_at, occurred_at, due_at, failures, last_error FROM outbox
    WHERE parked_at IS NULL ORDER BY due_at, id LIMIT 100000) waiting`;

/** Parameters: user, Unix seconds. */
export const REVOKE_TOKENS = `
  UPDATE users SET tokens_void_before = greatest(tokens_void_before, $2) WHERE id = $1
  RETURNING tokens_void_before::float8 AS "voidBefore"`;

/** Parameter: users. */
export const LOOK_UP_SESSIONS = `
  SELECT id, tokens_void_before::float8 AS "voidBefore" FROM users WHERE id = ANY ($1::int[])`;

/** Parameters: viewer, or null, and the question. */
export const READ_QUESTION = `
  SELECT p.id, p.content,
    json_build_object('id', author.id, 'username', author.username) AS author,
    (SELECT count(*)::int FROM question_voter v WHERE v.question_id = p.id) AS vote_count,
    EXISTS (SELECT FROM question_voter v WHERE v.question_id = p.id AND v.user_id = $1::int) AS voted,
    p.created_at, p.updated_at, p.subject,
    (SELECT count(*)::int FROM answer WHERE answer.question_id = p.id) AS answer_count
  FROM question p JOIN users author ON author.id = p.user_id WHERE p.id = $2`;
