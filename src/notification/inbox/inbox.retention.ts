import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { PeriodicTask } from '../../async/periodic-task.js';
import { Settings } from '../../config/settings.js';
import { LOCKS } from '../../database/advisory-lock.js';
import { epochMs, notificationsRemoved, retentionSucceeded } from '../../telemetry/signals.js';
import { Broadcaster } from '../broadcast/broadcaster.js';
import type { InboxCounters } from '../broadcast/inbox-change.js';

/** Notifications deleted by one transaction at most: the inboxes of their users are locked meanwhile. */
const BATCH_SIZE = 500;
const RUN_INTERVAL_MS = 60_000;

/** Deletes read notifications that are older than `NOTIFICATION_RETENTION_DAYS`. */
@Injectable()
export class InboxRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(InboxRetention.name);
  private readonly task = new PeriodicTask(
    () => this.run(),
    RUN_INTERVAL_MS,
    (error) => this.logger.warn(`Retention failed, next run in a minute: ${String(error)}`),
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly broadcaster: Broadcaster,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.notificationRetentionDays > 0) this.task.start(0);
  }

  onModuleDestroy(): Promise<void> {
    return this.task.stop();
  }

  /** May be repeated, also on several instances at once: then one of them deletes. */
  async run(): Promise<void> {
    const days = this.settings.notificationRetentionDays;
    if (days === 0) return;
    let removed = 0;
    try {
      let batch: Deleted | undefined;
      do {
        batch = await this.deleteBatch();
        removed += batch?.deleted ?? 0;
      } while (batch?.deleted === BATCH_SIZE && !this.task.isStopped);
      // Undefined: another instance is deleting, and reports it.
      if (batch) retentionSucceeded.emit({ at: epochMs() });
    } finally {
      if (removed > 0) {
        this.logger.log(`Removed ${removed} read notifications older than ${days} days`);
      }
    }
  }

  /** @returns undefined: another instance is deleting */
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
    // It says only that the inbox has changed: streams read the table, and clients fetch the list.
    for (const { userId, ...counters } of batch.changed) {
      this.broadcaster.publish({ userId, counters });
    }
    return batch;
  }

  private async deleteOldest(tx: EntityManager): Promise<Deleted> {
    const old: { id: number; userId: number }[] = await tx.query(
      `SELECT id, user_id AS "userId" FROM notification
       WHERE is_read AND created_at < timezone('utc', now()) - $1 * interval '1 day'
       ORDER BY created_at LIMIT $2`,
      [this.settings.notificationRetentionDays, BATCH_SIZE],
    );
    // The first of all locks, in the order of the users: see the entity Inbox.
    await tx.query(
      'SELECT FROM notification_inbox WHERE user_id = ANY ($1) ORDER BY user_id FOR UPDATE',
      [old.map(({ userId }) => userId)],
    );
    const changed: ChangedInbox[] = await tx.query(
      `WITH deleted AS (
         DELETE FROM notification WHERE id = ANY ($1) RETURNING user_id, event_key
       ), tombstones AS (
         INSERT INTO notification_tombstone SELECT * FROM deleted ON CONFLICT DO NOTHING
       ), sizes AS (
         SELECT user_id, count(*) AS size FROM deleted GROUP BY user_id
       ), changed AS (
         UPDATE notification_inbox inbox SET total = inbox.total - sizes.size, rev = inbox.rev + 1
         FROM sizes WHERE sizes.user_id = inbox.user_id
         RETURNING inbox.user_id AS "userId", seq, rev, unread_count AS "unreadCount"
       )
       SELECT * FROM changed`,
      [old.map(({ id }) => id)],
    );
    return { deleted: old.length, changed };
  }
}

type ChangedInbox = InboxCounters & { userId: number };

interface Deleted {
  deleted: number;
  changed: ChangedInbox[];
}
