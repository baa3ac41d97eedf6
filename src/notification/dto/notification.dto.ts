import { ApiProperty } from '@nestjs/swagger';
import type { EventName } from '../../events/domain-event.js';

export class NotificationDto {
  id: number;

  /**
   * Name of who did it.
   * @example userB
   */
  actor_username: string;

  /** @example question.voted */
  event_type: EventName;

  resource_type: 'question' | 'answer';

  resource_id: number;

  /** @example "userB님이 회원님의 질문에 투표했습니다." */
  @ApiProperty({ minLength: 1 })
  message: string;

  /** @example false */
  is_read: boolean;

  created_at: Date;
}

/** The pair that clients keep by its highest `rev`. */
export class UnreadDto {
  unread_count: number;

  /**
   * Raised by everything that changes the inbox.
   * @example 5
   */
  rev: number;
}
