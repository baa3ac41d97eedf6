import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Locale } from '../locale.js';

/** A person with an account. Columns that a plain INSERT may leave out have defaults. */
@Entity('users')
@Unique('users_username_key', ['username'])
@Unique('users_email_key', ['email'])
@Check('users_locale_check', "locale IN ('ko', 'en')")
export class User {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ type: 'varchar', length: 50 })
  username: string;

  @Column({ type: 'varchar', length: 254 })
  email: string;

  @Column({ name: 'password_hash', type: 'text' })
  passwordHash: string;

  /** Language of what is written to them. */
  @Column({ type: 'varchar', length: 5, default: 'ko' })
  locale: Locale;

  /** Unix seconds: tokens issued before are revoked. The driver gives BIGINT as text. */
  @Column({ name: 'tokens_revoked_before', type: 'bigint', default: 0 })
  tokensRevokedBefore: string;

  /** The same, for the release before. A trigger keeps both equal; a later release drops it. */
  @Column({ name: 'tokens_void_before', type: 'bigint', default: 0, select: false })
  tokensVoidBefore: string;

  @Column({ name: 'created_at', type: 'timestamp', default: () => "timezone('utc', now())" })
  createdAt: Date;
}
