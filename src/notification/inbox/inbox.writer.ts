import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Batch } from '../../database/batch.js';
import { isDatabaseUnavailable, violatedConstraint } from '../../database/failures.js';
import { execute, type Statement, unindexed, unseen } from '../../database/statement.js';
import type { EventName } from '../../events/domain-event.js';
import type { Trace } from '../../telemetry/trace.js';
import { Broadcaster } from '../broadcast/broadcaster.js';
import { notificationFrame } from '../broadcast/inbox-change.js';
import { NOTIFICATION_COLUMNS, type NotificationRow, toDto } from './notification-row.js';
import { MESSAGES } from '../notification.messages.js';

/** Something a user is to be told. */
export interface NotificationRequest {
  /** Who is told. */
  userId: number;
  /** Who did it. */
  actorId: number;
  /** What it was. */
  name: EventName;
  /** What it was done to: kind and id. */
  resource: ['question' | 'answer', number];
  /** What happened, in words that are the same however often it is told; at most 200 characters. */
  key: string;
  /** For who watches how long it takes. */
  trace?: Trace;
}

const MAX_WRITTEN_AT_ONCE = 500;
const EVENT_KEY = 'ux_notification_user_event';

/**
 * Stores notices: numbers them for each user, raises his counts, in one statement for all that have
 * collected. Every CTE reads one snapshot; the inbox rows are locked in the order of their users,
 * and a notification gets its id and number only once the lock of its user is held. A notice that
 * two processes write at once breaks the unique key of one, which then finds the other's.
 *
 * Whether a notice is old is asked notice by notice, and of one index each. Asked as a join, or of the
 * user first, and with statistics that do not know of a box that has grown quickly, PostgreSQL may
 * read the whole box for every notice.
 */
const WRITE: Statement = {
  name: 'store notices',
  text: `
  WITH notice AS (
    SELECT DISTINCT ON (n.user_id, n.event_key) n.*, actor.username AS actor_username,
      replace($7::jsonb #>> ARRAY[n.event_type, receiver.locale], '{actor}', actor.username) AS message
    FROM unnest(${unseen('$1::int[]')}, ${unseen('$2::int[]')}, ${unseen('$3::text[]')},
      ${unseen('$4::text[]')}, ${unseen('$5::int[]')}, ${unseen('$6::text[]')}) WITH ORDINALITY
      AS n (user_id, actor_user_id, event_type, resource_type, resource_id, event_key, position)
    JOIN users receiver ON receiver.id = n.user_id
    JOIN users actor ON actor.id = n.actor_user_id
    WHERE (SELECT true FROM notification old
        WHERE old.event_key = n.event_key AND ${unindexed('old.user_id')} = n.user_id LIMIT 1) IS NULL
      AND (SELECT true FROM notification_tombstone old
        WHERE old.event_key = n.event_key AND old.user_id = n.user_id LIMIT 1) IS NULL
    ORDER BY n.user_id, n.event_key, n.position
  ), inbox AS (
    INSERT INTO notification_inbox AS box (user_id, seq, total, unread_count, rev)
    SELECT user_id, count(*), count(*), count(*), count(*) FROM notice GROUP BY user_id ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET
      seq = box.seq + excluded.seq, total = box.total + excluded.total,
      unread_count = box.unread_count + excluded.unread_count, rev = box.rev + excluded.rev
    RETURNING user_id, seq, unread_count, rev
  ), numbered AS (
    SELECT notice.*, inbox.seq - later AS seq, inbox.rev - later AS rev,
      inbox.unread_count - later AS unread_count
    FROM (
      SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY position DESC)::int - 1 AS later
      FROM notice
    ) notice JOIN inbox USING (user_id)
  ), stored AS (
    INSERT INTO notification (user_id, actor_user_id, event_type, resource_type, resource_id,
      message, created_at, seq, event_key)
    SELECT user_id, actor_user_id, event_type, resource_type, resource_id,
      message, timezone('utc', clock_timestamp()), seq, event_key
    FROM numbered ORDER BY user_id, seq
    RETURNING *
  )
  SELECT ${NOTIFICATION_COLUMNS}, n.user_id, n.event_key, numbered.actor_username, numbered.rev,
    numbered.unread_count
  FROM stored n JOIN numbered USING (user_id, seq)
  ORDER BY n.id`,
};

/** Writes notifications, then wakes the streams of those who got them. */
@Injectable()
export class InboxWriter {
  private readonly writing = new Batch<NotificationRequest, void>(
    (notices) => this.writeAll(notices),
    MAX_WRITTEN_AT_ONCE,
    isDatabaseUnavailable,
    { name: 'notices' },
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly broadcaster: Broadcaster,
  ) {}

  /**
   * Stores the notice, unless its receiver has had one with that key. May be repeated. A receiver or
   * actor who is gone makes it void.
   */
  async notify(notice: NotificationRequest): Promise<void> {
    try {
      await this.writing.add(notice);
    } catch (error) {
      // Another process has just stored it: this time it is seen, and passed over.
      if (violatedConstraint(error) !== EVENT_KEY) throw error;
      await this.writing.add(notice);
    }
  }

  private async writeAll(notices: NotificationRequest[]): Promise<void[]> {
    const rows = await execute<WrittenRow>(this.dataSource, WRITE, [
      notices.map(({ userId }) => userId),
      notices.map(({ actorId }) => actorId),
      notices.map(({ name }) => name),
      notices.map(({ resource }) => resource[0]),
      notices.map(({ resource }) => resource[1]),
      notices.map(({ key }) => key),
      JSON.stringify(MESSAGES),
    ]);
    const origins = new Map(
      notices.map((notice) => [keyOf(notice.userId, notice.key), notice.trace]),
    );
    for (const row of rows) {
      const head = { seq: row.seq, rev: row.rev, unreadCount: row.unread_count };
      const trace = origins.get(keyOf(row.user_id, row.event_key));
      const frame = { ...notificationFrame(toDto(row), head), trace };
      this.broadcaster.publish({ userId: row.user_id, head, frame });
    }
    return notices.map(() => undefined);
  }
}

interface WrittenRow extends NotificationRow {
  user_id: number;
  event_key: string;
  rev: number;
  unread_count: number;
}

/** Tells the notices of a batch apart. */
function keyOf(userId: number, key: string): string {
  return `${userId} ${key}`;
}
