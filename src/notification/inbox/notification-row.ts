import type { NotificationDto } from './dto/notification.dto.js';

/** A notification as the queries of this module read it. */
export interface NotificationRow extends NotificationDto {
  seq: number;
}

/** Columns of a {@link NotificationRow} but the name of the actor; the table is aliased `n`. */
export const NOTIFICATION_COLUMNS =
  'n.id, n.event_type, n.resource_type, n.resource_id, n.message, n.is_read, n.created_at, n.seq';

/** What goes over the wire, in the order that clients see. */
export function toDto(row: NotificationRow): NotificationDto {
  return {
    id: row.id,
    actor_username: row.actor_username,
    event_type: row.event_type,
    resource_type: row.resource_type,
    resource_id: row.resource_id,
    message: row.message,
    is_read: row.is_read,
    created_at: row.created_at,
  };
}
