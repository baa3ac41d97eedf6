import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Batch } from '../../database/batch.js';
import { isDatabaseUnavailable } from '../../database/failures.js';
import { execute, type Statement } from '../../database/statement.js';
import type { InboxCounters } from '../broadcast/inbox-change.js';
import type { NotificationRow } from './notification-row.js';

/** The counters of an inbox and what came after a cursor, in one snapshot. */
export interface InboxSnapshot {
  counters: InboxCounters;
  /**
   * Everything after the cursor, in order. Undefined when that is not available: more than the limit,
   * removed by retention, or a cursor that was never given out.
   */
  missed: NotificationRow[] | undefined;
}

interface HistoryRequest {
  userId: number;
  /** Cursor; undefined: only the counters are wanted. */
  after: number | undefined;
  limit: number;
}

/** Streams that reconnect together, after a restart for example, share statements. */
const MAX_READ_AT_ONCE = 50;

/**
 * For each request ($1 user, $2 cursor, $3 limit): the counters, and what came after the cursor. Ids
 * and numbers rise together for a user, so that is the newest (seq - cursor) rows. (SELECT $1::int[])
 * is there for the planner, see docs/planner.md.
 */
const READ_HISTORY: Statement = {
  name: 'read history',
  text: `
    SELECT request.position::int, coalesce(inbox.seq, 0) AS "inboxSeq", coalesce(inbox.rev, 0) AS rev,
      coalesce(inbox.unread_count, 0) AS "unreadCount", n.id, n.event_type, n.resource_type,
      n.resource_id, n.message, n.is_read, n.created_at, n.seq, n.actor_username
    FROM unnest((SELECT $1::int[]), (SELECT $2::int[]), (SELECT $3::int[])) WITH ORDINALITY
      AS request (user_id, after, size, position)
    LEFT JOIN notification_inbox inbox USING (user_id)
    LEFT JOIN LATERAL (
      SELECT latest.*, actor.username AS actor_username
      FROM (
        SELECT * FROM notification
        WHERE user_id = request.user_id AND inbox.seq - request.after BETWEEN 1 AND request.size
        ORDER BY id DESC LIMIT greatest(inbox.seq - request.after, 0)) latest
      JOIN users actor ON actor.id = latest.actor_user_id
      WHERE latest.seq > request.after) n ON true
    ORDER BY request.position, n.id`,
};

type HistoryRow = NotificationRow & {
  /** Of its request: 1 is the first. */
  position: number;
  inboxSeq: number;
  rev: number;
  unreadCount: number;
};

/** Reads what open streams have missed. */
@Injectable()
export class InboxHistory {
  private readonly reading = new Batch<HistoryRequest, InboxSnapshot>(
    (requests) => this.readAll(requests),
    MAX_READ_AT_ONCE,
    isDatabaseUnavailable,
    { name: 'histories' },
  );

  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param after cursor; undefined: `missed` is empty
   * @param limit notifications; when more were missed, `missed` is undefined
   */
  since(userId: number, after: number | undefined, limit: number): Promise<InboxSnapshot> {
    return this.reading.add({ userId, after, limit });
  }

  private async readAll(requests: HistoryRequest[]): Promise<InboxSnapshot[]> {
    const rows = await execute<HistoryRow>(this.dataSource, READ_HISTORY, [
      requests.map(({ userId }) => userId),
      requests.map(({ after }) => after ?? null),
      requests.map(({ limit }) => limit),
    ]);
    const byRequest: HistoryRow[][] = requests.map(() => []);
    for (const row of rows) byRequest[row.position - 1]!.push(row);
    return requests.map(({ after }, index) => toSnapshot(byRequest[index]!, after));
  }
}

function toSnapshot(rows: HistoryRow[], after: number | undefined): InboxSnapshot {
  const { inboxSeq: seq, rev, unreadCount } = rows[0]!;
  const missed = rows.filter(({ id }) => id !== null);
  const isComplete = missed.length === seq - (after ?? seq);
  return { counters: { seq, rev, unreadCount }, missed: isComplete ? missed : undefined };
}
