import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Batch } from '../../database/batch.js';
import { isDatabaseUnavailable, violatedConstraint } from '../../database/failures.js';
import { execute, type Statement } from '../../database/statement.js';
import type { EventName } from '../../events/domain-event.js';
import type { Trace } from '../../telemetry/trace.js';
import { Broadcaster } from '../broadcast/broadcaster.js';
import { MESSAGES } from '../notification.messages.js';
import { type NotificationRow, toDto } from './notification-row.js';

/** A request to notify a user of something. */
export interface NotificationRequest {
  /** The recipient. */
  userId: number;
  /** Who did it. */
  actorId: number;
  /** What happened. */
  name: EventName;
  /** What it happened to: kind and id. */
  resource: ['question' | 'answer', number];
  /**
   * Identifies what happened, at most 200 characters. A recipient has one notification for a key, ever:
   * a request that is repeated has the same key.
   */
  key: string;
  trace?: Trace;
}

const MAX_WRITTEN_AT_ONCE = 500;
const EVENT_KEY = 'ux_notification_user_event';

/**
 * Stores notifications and raises the counters of their inboxes, in one statement for all requests
 * that have collected. $1 to $6: a value per request; $7: the message templates, by event and locale.
 *
 * Every CTE reads one snapshot. The inbox rows are locked in the order of their users, and a
 * notification gets its id and number only under the lock of its user: for one user, ids and numbers
 * rise in commit order. When two processes store one request at once, the unique index refuses the
 * second, which then finds the notification of the first.
 *
 * Two forms are there for the planner, see docs/planner.md: (SELECT $1::int[]) and user_id + 0. Whether
 * a request is known is looked up request by request, in one index each.
 */
const STORE: Statement = {
  name: 'store notifications',
  text: `
    WITH request AS (
      SELECT DISTINCT ON (r.user_id, r.event_key) r.*, actor.username AS actor_username,
        replace($7::jsonb #>> ARRAY[r.event_type, recipient.locale], '{actor}', actor.username) AS message
      FROM unnest((SELECT $1::int[]), (SELECT $2::int[]), (SELECT $3::text[]),
          (SELECT $4::text[]), (SELECT $5::int[]), (SELECT $6::text[])) WITH ORDINALITY
        AS r (user_id, actor_user_id, event_type, resource_type, resource_id, event_key, position)
      JOIN users recipient ON recipient.id = r.user_id
      JOIN users actor ON actor.id = r.actor_user_id
      WHERE (SELECT true FROM notification known
          WHERE known.event_key = r.event_key AND known.user_id + 0 = r.user_id LIMIT 1) IS NULL
        AND (SELECT true FROM notification_tombstone known
          WHERE known.event_key = r.event_key AND known.user_id = r.user_id LIMIT 1) IS NULL
      ORDER BY r.user_id, r.event_key, r.position
    ), counters AS (
      INSERT INTO notification_inbox AS inbox (user_id, seq, total, unread_count, rev)
      SELECT user_id, count(*), count(*), count(*), count(*) FROM request
      GROUP BY user_id ORDER BY user_id
      ON CONFLICT (user_id) DO UPDATE SET
        seq = inbox.seq + excluded.seq, total = inbox.total + excluded.total,
        unread_count = inbox.unread_count + excluded.unread_count, rev = inbox.rev + excluded.rev
      RETURNING user_id, seq, unread_count, rev
    ), numbered AS (
      SELECT request.*, counters.seq - later AS seq, counters.rev - later AS rev,
        counters.unread_count - later AS unread_count
      FROM (
        SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY position DESC)::int - 1 AS later
        FROM request
      ) request JOIN counters USING (user_id)
    ), stored AS (
      INSERT INTO notification (user_id, actor_user_id, event_type, resource_type, resource_id,
        message, created_at, seq, event_key)
      SELECT user_id, actor_user_id, event_type, resource_type, resource_id,
        message, timezone('utc', clock_timestamp()), seq, event_key
      FROM numbered ORDER BY user_id, seq
      RETURNING *
    )
    SELECT n.id, n.event_type, n.resource_type, n.resource_id, n.message, n.is_read, n.created_at,
      n.seq, n.user_id, numbered.actor_username, numbered.rev, numbered.unread_count,
      numbered.position::int
    FROM stored n JOIN numbered USING (user_id, seq)
    ORDER BY n.id`,
};

/** Stores notifications, then wakes the streams of their recipients. */
@Injectable()
export class InboxWriter {
  private readonly storing = new Batch<NotificationRequest, void>(
    (requests) => this.storeAll(requests),
    MAX_WRITTEN_AT_ONCE,
    isDatabaseUnavailable,
    { name: 'notifications' },
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly broadcaster: Broadcaster,
  ) {}

  /**
   * Stores the notification, unless its recipient has had one with that key. Nothing is stored for a
   * recipient or actor who was deleted. May be repeated.
   */
  async notify(request: NotificationRequest): Promise<void> {
    try {
      await this.storing.add(request);
    } catch (error) {
      // Another process has just stored it: now it is known, and nothing is stored.
      if (violatedConstraint(error) !== EVENT_KEY) throw error;
      await this.storing.add(request);
    }
  }

  private async storeAll(requests: NotificationRequest[]): Promise<void[]> {
    const rows = await execute<StoredRow>(this.dataSource, STORE, [
      requests.map(({ userId }) => userId),
      requests.map(({ actorId }) => actorId),
      requests.map(({ name }) => name),
      requests.map(({ resource }) => resource[0]),
      requests.map(({ resource }) => resource[1]),
      requests.map(({ key }) => key),
      JSON.stringify(MESSAGES),
    ]);
    for (const row of rows) {
      this.broadcaster.publish({
        userId: row.user_id,
        counters: { seq: row.seq, rev: row.rev, unreadCount: row.unread_count },
        notification: toDto(row),
        trace: requests[row.position - 1]!.trace,
      });
    }
    return requests.map(() => undefined);
  }
}

interface StoredRow extends NotificationRow {
  user_id: number;
  rev: number;
  unread_count: number;
  /** Of its request: 1 is the first. */
  position: number;
}
