import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Settings, SettingsError } from '../config/settings.js';
import { connectFailure } from './connect-advice.js';
import { isDatabaseUnavailable, reasonOf } from './failures.js';
import { databaseOptions } from './options.js';
import { pendingMigrations } from './pending-migrations.js';
import { unmetRequirement } from './requirements.js';

/** Milliseconds for which the server waits for a database that starts at the same time. */
const TIMEOUT_MS = 10_000;
const PAUSE_MS = 1_000;

/**
 * Waits up to 10 s for a database that meets the requirements. Does not migrate it: several instances
 * start at once, and the operator decides when to migrate.
 * @throws {SettingsError} the database cannot be used, or lacks a migration
 */
export async function requireDatabase({ databaseUrl }: Settings): Promise<void> {
  const dataSource = new DataSource(await databaseOptions({ url: databaseUrl!, poolSize: 2 }));
  await connect(dataSource);
  try {
    await requireUsable(dataSource, { forWriting: true });
    await requireMigrations(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Connects once, without retries, for a command-line tool.
 * @param use.forWriting whether the database must accept writes
 * @throws {SettingsError} the database cannot be used
 */
export async function connectOnce(
  dataSource: DataSource,
  use = { forWriting: true },
): Promise<DataSource> {
  await dataSource.initialize().catch((error: unknown) => {
    throw unusable(connectFailure(error));
  });
  try {
    await requireUsable(dataSource, use);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** @throws {SettingsError} the database lacks a migration */
export async function requireMigrations(dataSource: DataSource): Promise<void> {
  const pending = await pendingMigrations(dataSource);
  if (pending.length === 0) return;
  throw new SettingsError([
    `The database lacks migrations (${pending.join(', ')}). Run them first: npm run migration:run`,
  ]);
}

async function requireUsable(dataSource: DataSource, use: { forWriting: boolean }): Promise<void> {
  const problem = await unmetRequirement(dataSource, use);
  if (problem) throw unusable(problem);
}

function unusable(problem: string): SettingsError {
  return new SettingsError([`The database of DATABASE_URL cannot be used: ${problem}`]);
}

async function connect(dataSource: DataSource): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    try {
      await dataSource.initialize();
      return;
    } catch (error) {
      if (!isDatabaseUnavailable(error) || performance.now() > deadline) {
        throw unusable(connectFailure(error));
      }
      new Logger('Database').warn(`Unavailable, next attempt in 1 s: ${reasonOf(error)}`);
      await setTimeout(PAUSE_MS);
    }
  }
}
