import type { InboxChange, InboxCounters, ReadIds } from '../broadcast/inbox-change.js';
import type { NotificationDto, UnreadDto } from '../dto/notification.dto.js';

/** An event of the stream before it has its id: its name, and its data as JSON. */
export interface Frame {
  type: 'notification' | 'read';
  data: string;
}

/** Frames by change: all tabs of a user get the same text, which is made once. */
const made = new WeakMap<InboxChange, Frame>();

/** @returns undefined: the change says only that the inbox has changed */
export function frameOf(change: InboxChange): Frame | undefined {
  const known = made.get(change);
  if (known) return known;
  const frame = makeFrame(change);
  if (frame) made.set(change, frame);
  return frame;
}

function makeFrame({ notification, readIds, counters }: InboxChange): Frame | undefined {
  if (notification) return notificationFrame(notification, counters);
  return readIds === undefined ? undefined : readFrame(readIds, counters);
}

export function notificationFrame(notification: NotificationDto, counters: InboxCounters): Frame {
  const data = JSON.stringify({ ...notification, ...unread(counters) });
  return { type: 'notification', data };
}

export function readFrame(readIds: ReadIds, counters: InboxCounters): Frame {
  const data = JSON.stringify({ notification_ids: readIds, ...unread(counters) });
  return { type: 'read', data };
}

/** The pair as clients see it. The two always travel together. */
export function unread({ unreadCount, rev }: InboxCounters): UnreadDto {
  return { unread_count: unreadCount, rev };
}
