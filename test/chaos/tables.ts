import type { TestDatabase } from '../support/database.js';
import { cause } from './ledger.js';

/** A stored notification. */
export interface Row {
  id: number;
  userId: number;
  seq: number;
  cause: string;
}

/** What SQL counts for a user, and what their inbox says. */
export interface InboxState {
  userId: number;
  total: number;
  unread: number;
  rev: number;
}

/** What the database holds in the end. */
export interface Tables {
  rows: Row[];
  inboxes: Map<number, InboxState>;
  /** Votes that stand, by kind, post and voter. */
  votes: Set<string>;
  answers: Set<number>;
  /** How often each cause must have been notified according to votes and answers that are there. */
  causes: Map<string, number>;
  outbox: string[];
}

interface CauseRow {
  receiver: number;
  actor: string;
  eventType: string;
  resourceId: number;
  count: number;
}

export async function readTables(database: TestDatabase): Promise<Tables> {
  const causes = await database.query<CauseRow>(CAUSES);
  const rows = await database.query<Omit<Row, 'cause'> & Omit<CauseRow, 'count'>>(ROWS);
  const votes = await database.query<{ key: string }>(VOTES);
  const answers = await database.query<{ id: number }>('SELECT id FROM answer');
  const { inboxes } = await readProgress(database);
  const outbox = await database.query<{ text: string }>(
    `SELECT concat_ws(' ', id, name, payload, last_error) AS text FROM outbox`,
  );
  return {
    rows: rows.map((row) => ({ ...row, cause: causeOf(row) })),
    inboxes,
    votes: new Set(votes.map(({ key }) => key)),
    answers: new Set(answers.map(({ id }) => id)),
    causes: new Map(causes.map((row) => [causeOf(row), row.count])),
    outbox: outbox.map(({ text }) => text),
  };
}

/** How far it has come: what each user has, and how many events are under way. */
export async function readProgress(
  database: TestDatabase,
): Promise<{ inboxes: Tables['inboxes']; underWay: number }> {
  const [outbox] = await database.query<{ size: number }>(
    'SELECT count(*)::int AS size FROM outbox',
  );
  const inboxes = await database.query<InboxState>(INBOXES);
  return {
    inboxes: new Map(inboxes.map((inbox) => [inbox.userId, inbox])),
    underWay: outbox!.size,
  };
}

function causeOf({ receiver, actor, eventType, resourceId }: Omit<CauseRow, 'count'>): string {
  return cause(receiver, actor, eventType, resourceId);
}

const VOTES = `
  SELECT concat_ws(' ', 'question', question_id, user_id) AS key FROM question_voter
  UNION ALL
  SELECT concat_ws(' ', 'answer', answer_id, user_id) FROM answer_voter`;

/** Nobody is notified of what they did themselves. */
const CAUSES = `
  SELECT receiver, username AS actor, "eventType", "resourceId", count(*)::int AS count
  FROM (
    SELECT q.user_id AS receiver, v.user_id AS actor_id, 'question.voted' AS "eventType",
      q.id AS "resourceId"
    FROM question_voter v JOIN question q ON q.id = v.question_id
    UNION ALL
    SELECT a.user_id, v.user_id, 'answer.voted', a.id
    FROM answer_voter v JOIN answer a ON a.id = v.answer_id
    UNION ALL
    SELECT q.user_id, a.user_id, 'answer.created', q.id
    FROM answer a JOIN question q ON q.id = a.question_id) caused
  JOIN users ON users.id = actor_id
  WHERE receiver <> actor_id
  GROUP BY receiver, username, "eventType", "resourceId"`;

const ROWS = `
  SELECT n.id, n.user_id AS "userId", n.seq, n.user_id AS receiver, username AS actor,
    event_type AS "eventType", resource_id AS "resourceId"
  FROM notification n JOIN users ON users.id = n.actor_user_id
  ORDER BY n.user_id, n.id`;

const INBOXES = `
  SELECT inbox.user_id AS "userId", rev, count(n.id)::int AS total,
    count(n.id) FILTER (WHERE NOT is_read)::int AS unread
  FROM notification_inbox inbox LEFT JOIN notification n USING (user_id)
  GROUP BY inbox.user_id`;
