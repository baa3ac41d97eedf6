import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { reasonOf } from '../database/failures.js';

/** Milliseconds after which a database that does not answer counts as down. */
const TIMEOUT_MS = 1_500;

/** Down while the database answers no statement. */
@Injectable()
export class DatabaseIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly dataSource: DataSource,
  ) {}

  check(): PromiseLike<HealthIndicatorResult> {
    return this.indicators
      .check('database')
      .attempt(async () => {
        await this.dataSource.query('SELECT 1').catch((error: unknown) => {
          // A host with several addresses fails with an error that has no message.
          throw new Error(reasonOf(error));
        });
      })
      .withTimeout(TIMEOUT_MS);
  }
}
