import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource, type EntityManager } from 'typeorm';
import { Settings } from '../../config/settings.js';
import { LOCKS } from '../../database/advisory-lock.js';
import { epochMs, notificationsRemoved, retentionSucceeded } from '../../telemetry/signals.js';
import { Broadcaster } from '../broadcast/broadcaster.js';
import type { InboxCounters } from '../broadcast/inbox-change.js';

/** Notifications deleted by one transaction at most: their users' boxes are locked meanwhile. */
const BATCH_SIZE = 500;
const RUN_INTERVAL_MS = 60_000;

/** Deletes read notifications once they are older than `NOTIFICATION_RETENTION_DAYS`. */
@Injectable()
export class InboxRetention implements OnApplicationBootstrap {
  private readonly logger = new Logger(InboxRetention.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly broadcaster: Broadcaster,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    void this.run();
  }

  /** May be repeated, also on several instances at once: all but one then do nothing. */
  @Interval(RUN_INTERVAL_MS)
  async run(): Promise<void> {
    const days = this.settings.notificationRetentionDays;
    if (days === 0) return;
    let removed = 0;
    try {
      let batch: Deleted | undefined;
      do {
        batch = await this.deleteBatch();
        removed += batch?.deleted ?? 0;
      } while (batch?.deleted === BATCH_SIZE);
      // Undefined: another instance is at it, and reports for itself.
      if (batch) retentionSucceeded.emit({ at: epochMs() });
    } catch (error) {
      this.logger.warn(`Retention stopped and goes on in a minute: ${String(error)}`);
    }
    if (removed > 0) {
      this.logger.log(`Removed ${removed} read notifications older than ${days} days`);
    }
  }

  /** @returns undefined when another instance is deleting */
  private async deleteBatch(): Promise<Deleted | undefined> {
    const batch = await this.dataSource.transaction(async (tx) => {
      const [lock]: { isOurs: boolean }[] = await tx.query(
        'SELECT pg_try_advisory_xact_lock($1) AS "isOurs"',
        [LOCKS.retention],
      );
      return lock?.isOurs ? this.deleteOldest(tx) : undefined;
    });
    if (!batch) return undefined;
    notificationsRemoved.emit({ count: batch.deleted });
    // Without a frame: streams look, and tell their clients to fetch the list.
    for (const { userId, ...head } of batch.heads) this.broadcaster.publish({ userId, head });
    return batch;
  }

  private async deleteOldest(tx: EntityManager): Promise<Deleted> {
    const old: { id: number; userId: number }[] = await tx.query(
      `SELECT id, user_id AS "userId" FROM notification
       WHERE is_read AND created_at < timezone('utc', now()) - $1 * interval '1 day'
       ORDER BY created_at LIMIT ${BATCH_SIZE}`,
      [this.settings.notificationRetentionDays],
    );
    // First of all locks, in the order of the users: see Inbox.
    await tx.query(
      'SELECT FROM notification_inbox WHERE user_id = ANY ($1) ORDER BY user_id FOR UPDATE',
      [old.map(({ userId }) => userId)],
    );
    const heads: (InboxCounters & { userId: number })[] = await tx.query(
      `WITH deleted AS (
         DELETE FROM notification WHERE id = ANY ($1) RETURNING user_id, event_key
       ), tombstones AS (
         INSERT INTO notification_tombstone SELECT * FROM deleted ON CONFLICT DO NOTHING
       ), sizes AS (
         SELECT user_id, count(*) AS size FROM deleted GROUP BY user_id
       ), changed AS (
         UPDATE notification_inbox box SET total = box.total - sizes.size, rev = box.rev + 1
         FROM sizes WHERE sizes.user_id = box.user_id
         RETURNING box.user_id AS "userId", seq, rev, unread_count AS "unreadCount"
       )
       SELECT * FROM changed`,
      [old.map(({ id }) => id)],
    );
    return { deleted: old.length, heads };
  }
}

interface Deleted {
  deleted: number;
  heads: (InboxCounters & { userId: number })[];
}
