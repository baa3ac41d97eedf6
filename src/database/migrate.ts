import { DataSource, MigrationExecutor } from 'typeorm';
import { provideSettings } from '../config/provided-settings.js';
import { readToolSettings, SettingsError } from '../config/settings.js';
import { underLock } from './advisory-lock.js';
import { toolDatabaseOptions } from './options.js';
import { connectOnce } from './require-database.js';

/** Any number, the same for everybody who migrates this database. */
const LOCK_KEY = 5_147_203;

/**
 * `run` brings the database up to date, `revert` takes the newest migration back. Several may do so
 * at once: they wait for each other.
 */
async function migrate(command: string | undefined): Promise<void> {
  if (command !== 'run' && command !== 'revert') {
    throw new SettingsError([`Usage: migrate run | revert (not ${command ?? 'nothing'})`]);
  }
  const { settings, release } = await provideSettings(readToolSettings(process.env));
  try {
    // One of its two connections holds the lock, the other one migrates.
    const options = await toolDatabaseOptions(settings.databaseUrl!);
    const dataSource = await connectOnce(new DataSource(options));
    try {
      await underLock(dataSource, LOCK_KEY, () => apply(dataSource, command));
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await release();
  }
}

async function apply(dataSource: DataSource, command: 'run' | 'revert'): Promise<void> {
  if (command === 'revert') {
    const executed = await new MigrationExecutor(dataSource).getExecutedMigrations();
    if (executed.length === 0) throw new SettingsError(['There is no migration to take back']);
    await dataSource.undoLastMigration({ transaction: 'each' });
    console.log('The newest migration was taken back.');
    return;
  }
  const done = await dataSource.runMigrations({ transaction: 'each' });
  for (const { name } of done) console.log(`Migrated: ${name}`);
  console.log(done.length > 0 ? 'The database is up to date.' : 'The database was up to date.');
}

try {
  await migrate(process.argv[2]);
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}
