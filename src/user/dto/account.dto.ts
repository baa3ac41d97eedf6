import { ApiProperty } from '@nestjs/swagger';
import type { User } from '../entities/user.entity.js';
import { type Locale, LOCALES } from '../locale.js';

/** What a user sees of his own account. */
export class AccountDto {
  @ApiProperty({ example: 1 })
  id: number;

  @ApiProperty({ example: 'userA' })
  username: string;

  @ApiProperty({ example: 'user.a@example.test' })
  email: string;

  @ApiProperty({ enum: LOCALES, example: 'ko' })
  locale: Locale;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-13T15:08:59.872946Z' })
  created_at: Date;

  static of({ id, username, email, locale, createdAt }: User): AccountDto {
    return { id, username, email, locale, created_at: createdAt };
  }
}
