import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Broadcaster } from '../broadcast/broadcaster.js';
import { StreamHub } from '../broadcast/stream.hub.js';

/** Milliseconds between two looks; a wake-up that was lost costs a client at most that much. */
const SWEEP_INTERVAL_MS = 3_000;

/** Finds what no wake-up announced: one query for all who have streams here. */
@Injectable()
export class StreamSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(StreamSweep.name);
  private timer: NodeJS.Timeout;
  private isClosed = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly hub: StreamHub,
    private readonly broadcaster: Broadcaster,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
    this.broadcaster.missed.subscribe(() => void this.trySweep());
  }

  onModuleDestroy(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /** Wakes the streams of everybody whose box is ahead of what they were shown. May be repeated. */
  async sweep(): Promise<void> {
    const { userIds, revs } = this.hub.revs();
    if (userIds.length === 0) return;
    const ahead: { userId: number; seq: number; rev: number; unreadCount: number }[] =
      await this.dataSource.query(
        `SELECT box.user_id AS "userId", box.seq, box.rev, box.unread_count AS "unreadCount"
         FROM unnest($1::int[], $2::int[]) AS shown (user_id, rev)
         JOIN notification_inbox box USING (user_id)
         WHERE box.rev > shown.rev`,
        [userIds, revs],
      );
    for (const { userId, ...head } of ahead) this.hub.publish({ userId, head, isFound: true });
  }

  private schedule(): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => {
      void this.trySweep().finally(() => this.schedule());
    }, SWEEP_INTERVAL_MS).unref();
  }

  private async trySweep(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.logger.warn(`The sweep failed: ${String(error)}`);
    }
  }
}
