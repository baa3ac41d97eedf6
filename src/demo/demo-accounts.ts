import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../config/settings.js';
import type { Locale } from '../user/locale.js';
import { DEMO_NAMES, DEMO_PASSWORD } from './demo-data.js';

/** What the demo page shows, and logs in with. */
export interface DemoAccount {
  username: string;
  locale: Locale;
  password: string;
}

/** The accounts of `npm run seed` that this database has. None unless DEMO_ACCOUNTS is on. */
@Injectable()
export class DemoAccounts {
  constructor(
    private readonly database: DataSource,
    private readonly settings: Settings,
  ) {}

  async list(): Promise<DemoAccount[]> {
    if (this.settings.demoAccounts === 'off') return [];
    const rows: Pick<DemoAccount, 'username' | 'locale'>[] = await this.database.query(
      'SELECT username, locale FROM users WHERE username = ANY ($1) ORDER BY id',
      [DEMO_NAMES],
    );
    return rows.map((row) => ({ ...row, password: DEMO_PASSWORD }));
  }
}
