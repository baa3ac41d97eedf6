import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Settings, SettingsError } from '../config/settings.js';
import { reasonOf, isDatabaseAway } from './failures.js';
import { databaseOptions } from './options.js';
import { pendingMigrations } from './pending-migrations.js';

/** Milliseconds that a database may take to come up beside this process. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 1_000;

/**
 * Resolves when there is a database that can be served from. It is only read: several instances
 * start at once, and whoever deploys decides when to migrate.
 * @throws {SettingsError} it cannot be used, or lacks a migration
 */
export async function requireDatabase({ databaseUrl }: Settings): Promise<void> {
  const dataSource = new DataSource(await databaseOptions({ url: databaseUrl!, poolSize: 2 }));
  await connect(dataSource);
  const pending = await pendingMigrations(dataSource).finally(() => dataSource.destroy());
  if (pending.length > 0) {
    throw new SettingsError([
      `Migrations are missing in the database (${pending.join(', ')}): npm run migration:run`,
    ]);
  }
}

/** Connects, for a program that does its work and ends. @throws {SettingsError} it cannot be used */
export async function connectOnce(dataSource: DataSource): Promise<DataSource> {
  return dataSource.initialize().catch((error: unknown) => {
    throw unusable(error);
  });
}

function unusable(error: unknown): SettingsError {
  return new SettingsError([`The database of DATABASE_URL cannot be used: ${reasonOf(error)}`]);
}

async function connect(dataSource: DataSource): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await dataSource.initialize();
      return;
    } catch (error) {
      if (!isDatabaseAway(error) || performance.now() > giveUpAt) {
        throw unusable(error);
      }
      new Logger('Database').warn(`Not there yet: ${reasonOf(error)}`);
      await setTimeout(PAUSE_MS);
    }
  }
}
