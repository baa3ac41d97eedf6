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

  /** Language of what is written to him. */
  @Column({ type: 'varchar', length: 5, default: 'ko' })
  locale: Locale;

  /** Unix seconds: tokens issued before are void. The driver gives BIGINT as text. */
  @Column({ name: 'tokens_void_before', type: 'bigint', default: 0 })
  tokensVoidBefore: string;

  @Column({ name: 'created_at', type: 'timestamp', default: () => "timezone('utc', now())" })
  createdAt: Date;
}
