import type { Trace } from '../../telemetry/trace.js';
import type { NotificationDto } from '../dto/notification.dto.js';

/** The counters of a user's inbox, read in one snapshot. All zero before the first notification. */
export interface InboxCounters {
  /** Cursor of the newest notification. */
  seq: number;
  /** Raised by one by everything that changes the inbox. */
  rev: number;
  unreadCount: number;
}

/** Ids that were marked as read; `all` of them; null: some, and it is no longer known which. */
export type ReadIds = number[] | 'all' | null;

/**
 * A user's inbox has changed. With neither `notification` nor `readIds` it says only that: a stream
 * reads the table.
 */
export interface InboxChange {
  userId: number;
  /** The counters after this change. */
  counters: InboxCounters;
  /** What was stored. It has crossed Redis as JSON when it comes from another instance. */
  notification?: NotificationDto;
  /** What was marked as read. */
  readIds?: ReadIds;
  trace?: Trace | undefined;
  /** The sweep found it: no wake-up had announced it. */
  isFound?: boolean;
}
