import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Broadcaster } from '../broadcast/broadcaster.js';
import type { InboxCounters, ReadIds } from '../broadcast/inbox-change.js';
import type { MarkedReadDto } from './dto/inbox.dto.js';

/** Notifications marked as read under one lock; other changes of the inbox wait meanwhile. */
const MARKED_AT_ONCE = 1_000;

/** Marks notifications of a user as read. */
@Injectable()
export class ReadMarker {
  constructor(
    private readonly dataSource: DataSource,
    private readonly broadcaster: Broadcaster,
  ) {}

  /** Ignores ids that are unknown or not the user's. May be repeated. */
  async markRead(userId: number, ids: number[]): Promise<MarkedReadDto> {
    const marked = await this.dataSource.transaction(async (tx) => {
      if (!(await lockInbox(tx, userId))) return NOTHING;
      return mark(tx, userId, ids);
    });
    return this.announce(userId, marked, marked.ids);
  }

  /** Marks what is there at this moment; a large inbox in several transactions. May be repeated. */
  async markAllRead(userId: number): Promise<MarkedReadDto> {
    let updated = 0;
    let upTo: number | undefined;
    for (;;) {
      const marked = await this.dataSource.transaction(async (tx) => {
        const counters = await lockInbox(tx, userId);
        if (!counters) return NOTHING;
        upTo ??= counters.seq;
        return mark(tx, userId, await unreadIds(tx, userId, upTo));
      });
      updated += marked.ids.length;
      // "all" only when nothing is unread: a notification that arrived meanwhile stays unread.
      const shown = marked.counters.unreadCount === 0 ? 'all' : null;
      const answer = this.announce(userId, marked, shown);
      if (marked.ids.length < MARKED_AT_ONCE) return { ...answer, updated };
    }
  }

  private announce(userId: number, { counters, ids }: Marked, readIds: ReadIds): MarkedReadDto {
    if (ids.length > 0) this.broadcaster.publish({ userId, counters, readIds });
    return { updated: ids.length, unread_count: counters.unreadCount, rev: counters.rev };
  }
}

interface Marked {
  counters: InboxCounters;
  /** Those that were unread until now. */
  ids: number[];
}

const NOTHING: Marked = { counters: { seq: 0, rev: 0, unreadCount: 0 }, ids: [] };

/** Takes the lock that every change of an inbox takes first. @returns undefined: no inbox yet */
async function lockInbox(tx: EntityManager, userId: number): Promise<InboxCounters | undefined> {
  const [counters]: InboxCounters[] = await tx.query(
    `SELECT seq, rev, unread_count AS "unreadCount" FROM notification_inbox
     WHERE user_id = $1 FOR UPDATE`,
    [userId],
  );
  return counters;
}

async function unreadIds(tx: EntityManager, userId: number, upTo: number): Promise<number[]> {
  const unread: { id: number }[] = await tx.query(
    `SELECT id FROM notification WHERE user_id = $1 AND NOT is_read AND seq <= $2 LIMIT $3`,
    [userId, upTo, MARKED_AT_ONCE],
  );
  return unread.map(({ id }) => id);
}

/**
 * Marks those that are the user's and unread. `rev` rises only when there is one. `user_id + 0` is
 * there for the planner, see docs/planner.md: the rows are looked up by id alone.
 */
async function mark(tx: EntityManager, userId: number, given: number[]): Promise<Marked> {
  const [{ ids, ...counters }]: [InboxCounters & { ids: number[] }] = await tx.query(
    `WITH marked AS (
       UPDATE notification SET is_read = true
       WHERE id = ANY ($2) AND user_id + 0 = $1 AND NOT is_read
       RETURNING id
     ), found AS (
       SELECT coalesce(array_agg(id ORDER BY id), '{}') AS ids, count(*)::int AS size FROM marked
     ), changed AS (
       UPDATE notification_inbox
       SET unread_count = unread_count - found.size, rev = rev + least(found.size, 1)
       FROM found WHERE user_id = $1
       RETURNING seq, rev, unread_count AS "unreadCount", found.ids
     )
     SELECT * FROM changed`,
    [userId, given],
  );
  return { counters, ids };
}
