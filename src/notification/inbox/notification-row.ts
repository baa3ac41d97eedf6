import type { NotificationDto } from '../dto/notification.dto.js';

/** A notification as the statements of this folder read it. */
export interface NotificationRow extends NotificationDto {
  seq: number;
}

/** What clients see of a row, in the order in which they see it. */
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
