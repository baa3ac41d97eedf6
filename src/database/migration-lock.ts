import { AbstractLogger, DataSource, type DataSourceOptions } from 'typeorm';
import { SettingsError, type Settings } from '../config/settings.js';
import { LOCKS, underLock } from './advisory-lock.js';
import { reasonOf } from './failures.js';
import { toolDatabaseOptions } from './options.js';
import { pendingMigrations } from './pending-migrations.js';
import { connectOnce } from './require-database.js';

/** TypeORM prints to stdout what this program reports on stderr. */
class SilentLogger extends AbstractLogger {
  protected override writeLog(): void {}
}

/**
 * Runs work on the schema under the migration lock, so that processes do it one after another. Statements
 * have no time limit.
 * @param entities as in TypeORM's options; running migrations needs none
 */
export async function withMigrationLock(
  { databaseUrl }: Settings,
  work: (dataSource: DataSource) => Promise<void>,
  entities: DataSourceOptions['entities'] = [],
): Promise<void> {
  const options = await toolDatabaseOptions(databaseUrl!);
  const dataSource = new DataSource({ ...options, entities, logger: new SilentLogger() });
  await connectOnce(dataSource);
  try {
    await underLock(dataSource, LOCKS.migration, () => work(dataSource));
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Runs the migrations that the database lacks.
 * @returns their names
 * @throws {SettingsError} one failed. It is rolled back, unless it has transactions of its own; those
 * before it stay
 */
export async function runMissingMigrations(dataSource: DataSource): Promise<string[]> {
  const done = await dataSource
    .runMigrations({ transaction: 'each' })
    .catch(async (error: unknown) => {
      const [failed] = await pendingMigrations(dataSource);
      const { transaction } =
        dataSource.migrations.find(
          (migration) => (migration.name ?? migration.constructor.name) === failed,
        ) ?? {};
      const outcome =
        transaction === false
          ? 'failed, and what it has done so far stays. Run the migrations again'
          : 'failed and was rolled back';
      throw new SettingsError([`${failed} ${outcome}: ${reasonOf(error)}`]);
    });
  return done.map(({ name }) => name);
}
