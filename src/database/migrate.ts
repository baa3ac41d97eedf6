import { type DataSource, MigrationExecutor } from 'typeorm';
import { SettingsError } from '../config/settings.js';
import { reasonOf } from './failures.js';
import { runMissingMigrations, withMigrationLock } from './migration-lock.js';
import { runTool } from './run-tool.js';

/** Runs the missing migrations. */
async function run(dataSource: DataSource): Promise<void> {
  const names = await runMissingMigrations(dataSource);
  for (const name of names) console.log(`Migrated: ${name}`);
  console.log(names.length > 0 ? 'The database is up to date.' : 'The database was up to date.');
}

/** Reverts the newest migration. */
async function revert(dataSource: DataSource): Promise<void> {
  const executor = new MigrationExecutor(dataSource);
  const before = await executor.getExecutedMigrations();
  if (before.length === 0) {
    throw new SettingsError(['Nothing to revert: the database has no migration.']);
  }
  await dataSource.undoLastMigration({ transaction: 'each' }).catch((error: unknown) => {
    throw new SettingsError([`The newest migration was not reverted: ${reasonOf(error)}`]);
  });
  const after = new Set((await executor.getExecutedMigrations()).map(({ name }) => name));
  for (const { name } of before) if (!after.has(name)) console.log(`Reverted: ${name}`);
  console.log(`Migrations left in the database: ${after.size}.`);
}

await runTool(([command]) => {
  const work = { run, revert }[command ?? ''];
  if (!work) throw new SettingsError(['Usage: npm run migration:run, or npm run migration:revert']);
  return (settings) => withMigrationLock(settings, work);
});
