import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { pendingMigrations } from '../database/pending-migrations.js';

/** Milliseconds after which a database that does not answer counts as down. */
const TIMEOUT_MS = 1_500;

/** Down while the database lacks a migration of this version. */
@Injectable()
export class MigrationsIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly dataSource: DataSource,
  ) {}

  check(): PromiseLike<HealthIndicatorResult> {
    return this.indicators
      .check('migrations')
      .attempt(async () => {
        const pending = await pendingMigrations(this.dataSource);
        if (pending.length > 0) throw new Error(`missing: ${pending.join(', ')}`);
      })
      .withTimeout(TIMEOUT_MS);
  }
}
