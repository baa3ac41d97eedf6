import { ApiProperty } from '@nestjs/swagger';
import type { EventName } from '../../events/domain-event.js';
import { MESSAGES } from '../notification.messages.js';

export class NotificationDto {
  @ApiProperty({ example: 1 })
  id: number;

  @ApiProperty({ example: 'userB', description: 'Name of who did it' })
  actor_username: string;

  @ApiProperty({ enum: Object.keys(MESSAGES), example: 'question.voted' })
  event_type: EventName;

  @ApiProperty({ enum: ['question', 'answer'], example: 'question' })
  resource_type: string;

  @ApiProperty({ example: 1 })
  resource_id: number;

  @ApiProperty({ example: 'userB님이 회원님의 질문에 투표했습니다.' })
  message: string;

  @ApiProperty({ example: false })
  is_read: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2026-02-13T15:08:59.872946Z',
    description: 'UTC, microseconds',
  })
  created_at: Date;
}

/** The pair that clients keep by its highest `rev`. */
export class UnreadDto {
  @ApiProperty({ example: 1 })
  unread_count: number;

  @ApiProperty({ example: 5, description: 'Raised by everything that changes the box' })
  rev: number;
}

export class MarkedReadDto extends UnreadDto {
  @ApiProperty({ example: 2, description: 'How many were unread until now' })
  updated: number;
}

export class NotificationListDto extends UnreadDto {
  @ApiProperty({ example: 1 })
  total: number;

  @ApiProperty({ example: 4, description: 'A stream with last_event_id=<cursor> continues here' })
  cursor: number;

  @ApiProperty({ type: [NotificationDto], description: 'Newest first' })
  notifications: NotificationDto[];
}
