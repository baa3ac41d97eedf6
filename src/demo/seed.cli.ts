import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { AppModule } from '../app.module.js';
import { runTool } from '../database/run-tool.js';
import { isProduction, type Settings, SettingsError } from '../config/settings.js';
import { LOCKS, underLock } from '../database/advisory-lock.js';
import { toolDatabaseOptions } from '../database/options.js';
import { connectOnce, requireMigrations } from '../database/require-database.js';
import { AppLogger } from '../logging/app-logger.js';
import { DEMO_NAMES, DEMO_PASSWORD } from './demo-data.js';
import { DemoSeeder } from './demo-seeder.js';

const IF_EMPTY = '--if-empty';

const USAGE = `Usage: npm run seed [-- ${IF_EMPTY}]
Creates the demo data: the users ${DEMO_NAMES.join(' and ')}, questions, answers, votes and notifications.
${IF_EMPTY}: only in a database without accounts`;

/** Repeatable, and several may run at once. Nothing that exists is changed. */
async function seed(settings: Settings, isOnlyIfEmpty: boolean): Promise<void> {
  const database = new DataSource(await toolDatabaseOptions(settings.databaseUrl!));
  await connectOnce(database);
  try {
    await requireMigrations(database);
    await underLock(database, LOCKS.demoData, () => seedAlone(settings, isOnlyIfEmpty));
  } finally {
    await database.destroy();
  }
}

async function seedAlone(settings: Settings, isOnlyIfEmpty: boolean): Promise<void> {
  const logger = new AppLogger({ ...settings, logLevel: 'warn' });
  Logger.overrideLogger(logger);
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(settings), {
    abortOnError: false,
    logger,
  });
  try {
    console.log(await createUnlessThere(new DemoSeeder(app), isOnlyIfEmpty));
  } finally {
    await app.close();
  }
}

/** @returns what was done, in a line */
async function createUnlessThere(seeder: DemoSeeder, isOnlyIfEmpty: boolean): Promise<string> {
  const taken = await seeder.takenNames();
  if (taken.length > 0) return `Nothing was changed: ${taken.join(' and ')} can log in already.`;
  if (isOnlyIfEmpty && !(await seeder.isEmptyOrIncomplete())) {
    return 'Nothing was changed: there are accounts already.';
  }
  await seeder.run();
  return `The demo data was created: log in as ${DEMO_NAMES.join(' or ')}, password ${DEMO_PASSWORD}.`;
}

await runTool((args) => {
  const isOnlyIfEmpty = args[0] === IF_EMPTY;
  if (args.length > (isOnlyIfEmpty ? 1 : 0)) throw new SettingsError([USAGE]);
  if (isProduction(process.env)) {
    throw new SettingsError([
      'No demo data when NODE_ENV is production: everybody knows the password of its accounts.',
    ]);
  }
  return (settings) => seed(settings, isOnlyIfEmpty);
});
