import { NotificationDto, UnreadDto } from '../../dto/notification.dto.js';

export class MarkedReadDto extends UnreadDto {
  /** How many were unread until now. */
  updated: number;
}

export class NotificationListDto extends UnreadDto {
  total: number;

  /** A stream with last_event_id=<cursor> continues here. */
  cursor: number;

  /** Newest first. */
  notifications: NotificationDto[];
}
