import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PeriodicTask } from '../../async/periodic-task.js';
import { Broadcaster } from '../broadcast/broadcaster.js';
import { StreamHub } from '../broadcast/stream.hub.js';

/** Milliseconds between two sweeps: a wake-up that was lost delays an event by that much at most. */
const SWEEP_INTERVAL_MS = 3_000;

/** Finds the changes that no wake-up announced, in one query for all users who have streams here. */
@Injectable()
export class StreamSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(StreamSweep.name);
  private readonly task = new PeriodicTask(
    () => this.sweep(),
    SWEEP_INTERVAL_MS,
    (error) => this.logger.warn(`The sweep failed, the next one follows: ${String(error)}`),
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly hub: StreamHub,
    private readonly broadcaster: Broadcaster,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
    this.broadcaster.missed.subscribe(() => void this.task.runNow());
  }

  async onModuleDestroy(): Promise<void> {
    await this.task.stop();
  }

  /** Wakes the streams of every user whose inbox is ahead of what was published here. May be repeated. */
  async sweep(): Promise<void> {
    const { userIds, revs } = this.hub.revs();
    if (userIds.length === 0) return;
    const ahead: { userId: number; seq: number; rev: number; unreadCount: number }[] =
      await this.dataSource.query(
        `SELECT inbox.user_id AS "userId", inbox.seq, inbox.rev, inbox.unread_count AS "unreadCount"
         FROM unnest($1::int[], $2::int[]) AS published (user_id, rev)
         JOIN notification_inbox inbox USING (user_id)
         WHERE inbox.rev > published.rev`,
        [userIds, revs],
      );
    for (const { userId, ...counters } of ahead) {
      this.hub.publish({ userId, counters, isFound: true });
    }
  }
}
