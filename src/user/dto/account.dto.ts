import type { User } from '../entities/user.entity.js';
import type { Locale } from '../locale.js';

/** What users see of their own account. */
export class AccountDto {
  id: number;

  username: string;

  /** @example user.a@example.test */
  email: string;

  /** @example ko */
  locale: Locale;

  created_at: Date;

  static of({ id, username, email, locale, createdAt }: User): AccountDto {
    return { id, username, email, locale, created_at: createdAt };
  }
}
