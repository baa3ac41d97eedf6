import { ApiProperty } from '@nestjs/swagger';
import { MAX_ID } from '../../../http/id.pipe.js';
import type { ReadIds } from '../../broadcast/inbox-change.js';
import { NotificationDto, UnreadDto } from '../../dto/notification.dto.js';

// The events of the stream for the OpenAPI document. `data` is sent as JSON text; these are its fields.

/** The cursor: a stream that sends it back continues after it. */
const CURSOR = { pattern: String.raw`^\d{1,10}$`, example: '5' };

export class ConnectedData extends UnreadDto {
  user_id: number;

  /** Whether it continues after the cursor that it was opened with. */
  resumed: boolean;

  /**
   * How many missed notifications follow.
   * @example 0
   */
  replayed: number;

  /** When true, fetch the list: the cursor is unknown, or too much was missed. */
  resync: boolean;

  /** @example 30 */
  heartbeat_seconds: number;
}

/** Once, first. */
export class ConnectedEvent {
  @ApiProperty({ enum: ['connected'] })
  event: 'connected';

  @ApiProperty(CURSOR)
  id: string;

  /** Milliseconds before a client reconnects. */
  @ApiProperty({ minimum: 2_000, maximum: 4_000, example: 2_718 })
  retry: number;

  data: ConnectedData;
}

export class NotificationData extends NotificationDto {
  unread_count: number;

  /** @example 6 */
  rev: number;
}

/** Missed ones first, in order, then live. */
export class NotificationEvent {
  @ApiProperty({ enum: ['notification'] })
  event: 'notification';

  @ApiProperty(CURSOR)
  id: string;

  data: NotificationData;
}

export class ReadData extends UnreadDto {
  /** Ids, all of them, or null: fetch the list. */
  @ApiProperty({
    oneOf: [
      { type: 'array', items: { type: 'integer', minimum: 1, maximum: MAX_ID } },
      { type: 'string', nullable: true, enum: ['all', null] },
    ],
    example: [9],
  })
  notification_ids: ReadIds;
}

/** Something was read, in any tab. */
export class ReadEvent {
  @ApiProperty({ enum: ['read'] })
  event: 'read';

  @ApiProperty(CURSOR)
  id: string;

  data: ReadData;
}

/** No fields. */
export class NoData {}

/** Every `heartbeat_seconds`. */
export class HeartbeatEvent {
  @ApiProperty({ enum: ['heartbeat'] })
  event: 'heartbeat';

  @ApiProperty(CURSOR)
  id: string;

  data: NoData;
}

/** The token has expired; the stream ends. */
export class ExpiredEvent {
  @ApiProperty({ enum: ['expired'] })
  event: 'expired';

  @ApiProperty(CURSOR)
  id: string;

  data: NoData;
}
