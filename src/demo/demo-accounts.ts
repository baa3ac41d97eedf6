import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../config/settings.js';
import type { Locale } from '../user/locale.js';
import { Passwords } from '../user/passwords.js';
import { DEMO_NAMES, DEMO_PASSWORD } from './demo-data.js';

/** What the demo page shows, and logs in with. */
export interface DemoAccount {
  username: string;
  locale: Locale;
  password: string;
}

interface StoredAccount {
  username: string;
  locale: Locale;
  password_hash: string;
}

/**
 * The accounts of `npm run seed` that this database has, as long as their password is the known one.
 * None unless DEMO_ACCOUNTS is on.
 */
@Injectable()
export class DemoAccounts {
  /** By hash; as many as these two accounts ever had. */
  private readonly known = new Map<string, Promise<boolean>>();

  constructor(
    private readonly database: DataSource,
    private readonly settings: Settings,
    private readonly passwords: Passwords,
  ) {}

  async list(): Promise<DemoAccount[]> {
    if (this.settings.demoAccounts === 'off') return [];
    const rows: StoredAccount[] = await this.database.query(
      'SELECT username, locale, password_hash FROM users WHERE username = ANY ($1) ORDER BY id',
      [DEMO_NAMES],
    );
    const areOpen = await Promise.all(rows.map((row) => this.isOpen(row)));
    return rows
      .filter((_, index) => areOpen[index])
      .map(({ username, locale }) => ({ username, locale, password: DEMO_PASSWORD }));
  }

  /** Whether the known password is theirs. Comparing is slow on purpose: each hash is compared once. */
  private isOpen({ password_hash }: StoredAccount): Promise<boolean> {
    let known = this.known.get(password_hash);
    if (!known) {
      known = this.passwords.matches(DEMO_PASSWORD, password_hash);
      this.known.set(password_hash, known);
    }
    return known;
  }
}
