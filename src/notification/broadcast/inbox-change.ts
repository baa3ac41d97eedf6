import type { Trace } from '../../telemetry/trace.js';

/** Where a user's box stands, read in one snapshot. All zero before the first notification. */
export interface InboxCounters {
  /** Cursor of the newest notification. */
  seq: number;
  /** Raised by one by everything that changes the box. */
  rev: number;
  unreadCount: number;
}

/** A user's box has changed. Without a frame it only says that it has: look into the table. */
export interface InboxChange {
  userId: number;
  /** Where the box stands after this change. */
  head: InboxCounters;
  frame?: InboxFrame;
  /** Found by the sweep: no wake-up had said so. */
  isFound?: boolean;
}

/** What an open stream shows of a change. Written once, whatever the number of tabs. */
export interface InboxFrame {
  type: 'notification' | 'read';
  /** JSON, as it goes over the wire. */
  data: string;
  /** What made it, for who watches. */
  trace?: Trace | undefined;
}

/** Ids that were marked as read; `all` of them; null: some, which is no longer known. */
export type ReadIds = number[] | 'all' | null;

export function notificationFrame(notification: object, head: InboxCounters): InboxFrame {
  return { type: 'notification', data: JSON.stringify({ ...notification, ...counts(head) }) };
}

export function readFrame(notificationIds: ReadIds, head: InboxCounters): InboxFrame {
  const data = JSON.stringify({ notification_ids: notificationIds, ...counts(head) });
  return { type: 'read', data };
}

/** The pair as clients see it; the two always travel together. */
export function counts({ unreadCount, rev }: InboxCounters): { unread_count: number; rev: number } {
  return { unread_count: unreadCount, rev };
}
