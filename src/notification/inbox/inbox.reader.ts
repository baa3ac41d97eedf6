import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { unindexed } from '../../database/statement.js';
import { Broadcaster } from '../broadcast/broadcaster.js';
import { counts, type InboxCounters, readFrame, type ReadIds } from '../broadcast/inbox-change.js';
import type { MarkedReadDto, NotificationListDto } from './dto/notification.dto.js';
import { NOTIFICATION_COLUMNS, type NotificationRow, toDto } from './notification-row.js';

/** Which part of the list: by page, or what is older than an id. */
export type ListPart = { size: number; page: number } | { size: number; before: number };

/** Notifications marked as read under one lock; the others of the user wait meanwhile. */
const MARKED_AT_ONCE = 1_000;

const LIST = `
  SELECT coalesce(box.total, 0) AS total, coalesce(box.unread_count, 0) AS "unreadCount",
    coalesce(box.rev, 0) AS rev, coalesce(box.seq, 0) AS cursor,
    ${NOTIFICATION_COLUMNS}, n.actor_username
  FROM (VALUES ($1::int)) AS me (user_id)
  LEFT JOIN notification_inbox box USING (user_id)
  LEFT JOIN LATERAL (
    SELECT found.*, actor.username AS actor_username
    FROM (
      SELECT * FROM notification WHERE user_id = me.user_id AND id < $2::bigint
      ORDER BY id DESC LIMIT $3 OFFSET $4) found
    JOIN users actor ON actor.id = found.actor_user_id) n ON true
  ORDER BY n.id DESC`;

/** A user's box: the list, and what he has read. */
@Injectable()
export class InboxReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly broadcaster: Broadcaster,
  ) {}

  /** Newest first, with the counts of the same snapshot. */
  async list(userId: number, part: ListPart): Promise<NotificationListDto> {
    const [below, offset] =
      'before' in part ? [part.before, 0] : [Number.MAX_SAFE_INTEGER, part.page * part.size];
    const rows: ListRow[] = await this.dataSource.query(LIST, [userId, below, part.size, offset]);
    // Without notifications there is one row all the same: the box, and nothing beside it.
    const box = rows[0]!;
    return {
      total: box.total,
      ...counts(box),
      cursor: box.cursor,
      notifications: rows.filter(({ id }) => id !== null).map(toDto),
    };
  }

  /** Ids that are not the user's, or unknown, are passed over. May be repeated. */
  async markRead(userId: number, ids: number[]): Promise<MarkedReadDto> {
    const marked = await this.dataSource.transaction(async (tx) => {
      if (!(await lockBox(tx, userId))) return EMPTY;
      return mark(tx, userId, ids);
    });
    return this.announce(userId, marked, marked.ids);
  }

  /** Everything there is at this moment; a large box a part at a time. May be repeated. */
  async markAllRead(userId: number): Promise<MarkedReadDto> {
    let updated = 0;
    let upTo: number | undefined;
    for (;;) {
      const marked = await this.dataSource.transaction(async (tx) => {
        const head = await lockBox(tx, userId);
        upTo ??= head?.seq;
        if (!head) return EMPTY;
        const unread: { id: number }[] = await tx.query(
          `SELECT id FROM notification
           WHERE user_id = $1 AND NOT is_read AND seq <= $2 LIMIT ${MARKED_AT_ONCE}`,
          [userId, upTo],
        );
        return mark(
          tx,
          userId,
          unread.map(({ id }) => id),
        );
      });
      updated += marked.ids.length;
      // Other than "all" when something arrived since: nobody may take that for read.
      const all = marked.head.unreadCount === 0 ? 'all' : null;
      const answer = this.announce(userId, marked, all);
      if (marked.ids.length < MARKED_AT_ONCE) return { ...answer, updated };
    }
  }

  private announce(userId: number, { head, ids }: Marked, shown: ReadIds): MarkedReadDto {
    if (ids.length > 0) this.broadcaster.publish({ userId, head, frame: readFrame(shown, head) });
    return { updated: ids.length, ...counts(head) };
  }
}

type ListRow = InboxCounters & NotificationRow & { total: number; cursor: number };

interface Marked {
  head: InboxCounters;
  /** Those that were unread until now. */
  ids: number[];
}

const EMPTY: Marked = { head: { seq: 0, rev: 0, unreadCount: 0 }, ids: [] };

const HEAD = 'seq, rev, unread_count AS "unreadCount"';

/** First of all locks: see Inbox. @returns undefined: the user was never told anything */
async function lockBox(tx: EntityManager, userId: number): Promise<InboxCounters | undefined> {
  const [head]: InboxCounters[] = await tx.query(
    `SELECT ${HEAD} FROM notification_inbox WHERE user_id = $1 FOR UPDATE`,
    [userId],
  );
  return head;
}

/**
 * Marks those that are the user's and unread; the box keeps its `rev` when none is.
 *
 * Looked up by id alone: of the user's unread ones, which PostgreSQL may take for few, each would have
 * to be compared with all ids.
 */
async function mark(tx: EntityManager, userId: number, given: number[]): Promise<Marked> {
  const [{ ids, ...head }]: [InboxCounters & { ids: number[] }] = await tx.query(
    `WITH marked AS (
       UPDATE notification SET is_read = true
       WHERE id = ANY ($2) AND ${unindexed('user_id')} = $1 AND NOT is_read
       RETURNING id
     ), found AS (
       SELECT coalesce(array_agg(id ORDER BY id), '{}') AS ids, count(*)::int AS size FROM marked
     ), changed AS (
       UPDATE notification_inbox
       SET unread_count = unread_count - found.size, rev = rev + least(found.size, 1)
       FROM found WHERE user_id = $1
       RETURNING ${HEAD}, found.ids
     )
     SELECT * FROM changed`,
    [userId, given],
  );
  return { head, ids };
}
