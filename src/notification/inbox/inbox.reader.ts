import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type InboxCounters } from '../broadcast/inbox-change.js';
import { type NotificationRow, toDto } from './notification-row.js';
import type { NotificationListDto } from './dto/inbox.dto.js';

/** Which part of the list: a page, or what is older than an id. */
export type ListPart = { size: number; page: number } | { size: number; before: number };

/**
 * Of user $1: the counters, and up to $3 notifications with ids below $2, after the newest $4 of them.
 * A user without notifications gets one row, with counters of zero and no notification.
 */
const LIST = `
  SELECT coalesce(inbox.total, 0) AS total, coalesce(inbox.unread_count, 0) AS "unreadCount",
    coalesce(inbox.rev, 0) AS rev, coalesce(inbox.seq, 0) AS cursor, n.id, n.event_type,
    n.resource_type, n.resource_id, n.message, n.is_read, n.created_at, n.seq, n.actor_username
  FROM (VALUES ($1::int)) AS me (user_id)
  LEFT JOIN notification_inbox inbox USING (user_id)
  LEFT JOIN LATERAL (
    SELECT found.*, actor.username AS actor_username
    FROM (
      SELECT * FROM notification WHERE user_id = me.user_id AND id < $2::bigint
      ORDER BY id DESC LIMIT $3 OFFSET $4) found
    JOIN users actor ON actor.id = found.actor_user_id) n ON true
  ORDER BY n.id DESC`;

/** Reads a user's inbox. */
@Injectable()
export class InboxReader {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first, with the counters of the same snapshot. */
  async list(userId: number, part: ListPart): Promise<NotificationListDto> {
    const [below, offset] =
      'before' in part ? [part.before, 0] : [Number.MAX_SAFE_INTEGER, part.page * part.size];
    const rows: ListRow[] = await this.dataSource.query(LIST, [userId, below, part.size, offset]);
    const { total, unreadCount, rev, cursor } = rows[0]!;
    const notifications = rows.filter(({ id }) => id !== null).map(toDto);
    return { total, unread_count: unreadCount, rev, cursor, notifications };
  }
}

type ListRow = InboxCounters & NotificationRow & { total: number; cursor: number };
