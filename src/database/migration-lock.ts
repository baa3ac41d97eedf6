import { AbstractLogger, DataSource, type DataSourceOptions } from 'typeorm';
import { SettingsError, type Settings } from '../config/settings.js';
import { reasonOf } from './failures.js';
import { databaseOptions } from './options.js';
import { pendingMigrations } from './pending-migrations.js';
import { connectOnce } from './require-database.js';

/** Any number, the same for everybody who migrates this database. */
const LOCK_KEY = 5_147_203;

/** TypeORM would print on stdout what is said here on stderr. */
class SilentLogger extends AbstractLogger {
  protected override writeLog(): void {}
}

/**
 * Does work on the schema that nobody else does at the same time, here or elsewhere: they wait for
 * each other. It may take its time.
 * @param entities as of TypeORM; none are needed to run migrations
 */
export async function withMigrationLock(
  { databaseUrl }: Settings,
  work: (dataSource: DataSource) => Promise<void>,
  entities: DataSourceOptions['entities'] = [],
): Promise<void> {
  // Three connections: one holds the lock, one migrates, and one finds out which migration failed.
  const options = await databaseOptions({ url: databaseUrl!, poolSize: 3 });
  const extra = { ...options.extra, statement_timeout: 0, lock_timeout: 0, query_timeout: 0 };
  const dataSource = new DataSource({
    ...options,
    entities,
    extra,
    logger: new SilentLogger(),
  });
  await connectOnce(dataSource);
  try {
    const holder = dataSource.createQueryRunner();
    try {
      await holder.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
      await work(dataSource);
      await holder.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]);
    } finally {
      await holder.release();
    }
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Runs the migrations that the database lacks.
 * @returns their names
 * @throws {SettingsError} one failed; it is taken back, those before it stay
 */
export async function runMissingMigrations(dataSource: DataSource): Promise<string[]> {
  const done = await dataSource
    .runMigrations({ transaction: 'each' })
    .catch(async (error: unknown) => {
      const [failed] = await pendingMigrations(dataSource);
      throw new SettingsError([`${failed} failed and was rolled back: ${reasonOf(error)}`]);
    });
  return done.map(({ name }) => name);
}
