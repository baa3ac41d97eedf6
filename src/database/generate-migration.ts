import { writeFile } from 'node:fs/promises';
import type { DataSource } from 'typeorm';
import { runTool } from './run-tool.js';
import { SettingsError } from '../config/settings.js';
import { ENTITY_FILES } from './entity-files.js';
import {
  migrationClass,
  type MigrationSteps,
  migrationSource,
  missingSteps,
  nextTimestamp,
} from './migration-file.js';
import { runMissingMigrations, withMigrationLock } from './migration-lock.js';

const USAGE =
  'Usage: npm run migration:generate -- migrations/<name>, where <name> is at most 80 characters in lower-case words with hyphens, like add-photo-of-user';

const NAME = /^(?:\.\/)?migrations\/(?=.{1,80}$)([a-z][a-z\d]*(?:-[a-z\d]+)*)$/;

/** Runs missing migrations, then writes a migration for the remaining difference to the entities. */
async function generate(dataSource: DataSource, name: string): Promise<void> {
  const done = await runMissingMigrations(dataSource);
  const before = done.length > 0 ? `Ran missing migrations first (${done.length}). ` : '';
  const steps = await missingSteps(dataSource);
  if (steps.up.length === 0) {
    console.log(`${before}Nothing to generate: the migrations match the entities.`);
    return;
  }
  const classes = dataSource.migrations.map(({ name, constructor }) => name ?? constructor.name);
  const path = await write(name, nextTimestamp(classes, Date.now()), steps);
  console.log(
    `${before}Wrote ${path}. Read it, then run it: npm run build && npm run migration:run`,
  );
}

/** @returns the path of the file */
async function write(name: string, timestamp: number, steps: MigrationSteps): Promise<string> {
  const source = await migrationSource(migrationClass(name, timestamp), steps);
  const path = `migrations/${timestamp}-${name}.ts`;
  await writeFile(path, source, { flag: 'wx' }).catch((error: Error) => {
    throw new SettingsError([`The migration cannot be written: ${error.message}`]);
  });
  return path;
}

await runTool(([path = '', ...rest]) => {
  const name = NAME.exec(path)?.[1];
  if (name === undefined || rest.length > 0) throw new SettingsError([USAGE]);
  return (settings) =>
    withMigrationLock(settings, (dataSource) => generate(dataSource, name), [ENTITY_FILES]);
});
