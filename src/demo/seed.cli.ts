import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { AppModule } from '../app.module.js';
import { provideSettings } from '../config/provided-settings.js';
import {
  isProduction,
  readToolSettings,
  type Settings,
  SettingsError,
} from '../config/settings.js';
import { underLock } from '../database/advisory-lock.js';
import { toolDatabaseOptions } from '../database/options.js';
import { connectOnce, requireDatabase } from '../database/require-database.js';
import { AppLogger } from '../logging/app-logger.js';
import { DEMO_NAMES, DEMO_PASSWORD } from './demo-data.js';
import { DemoSeeder } from './demo-seeder.js';

const USAGE = `Usage: npm run seed [-- --if-empty]
Creates the demo data: the users ${DEMO_NAMES.join(' and ')}, questions, answers, votes and notifications.
--if-empty: only in a database without accounts`;

/** Any number, the same for everybody who seeds this database. */
const LOCK_KEY = 5_147_204;

/** Repeatable, and several may run at once. Nothing that exists is changed. */
async function main(args: string[]): Promise<void> {
  const isOnlyIfEmpty = args.length === 1 && args[0] === '--if-empty';
  if (args.length > 0 && !isOnlyIfEmpty) throw new SettingsError([USAGE]);
  if (isProduction(process.env)) {
    throw new SettingsError([
      'No demo data when NODE_ENV is production: everybody knows the password of its accounts.',
    ]);
  }
  const given = readToolSettings(process.env);
  const logger = new AppLogger({ ...given, logLevel: 'warn' });
  Logger.overrideLogger(logger);
  const { settings, release } = await provideSettings(given);
  try {
    await requireDatabase(settings);
    const database = new DataSource(await toolDatabaseOptions(settings.databaseUrl!));
    await connectOnce(database);
    await underLock(database, LOCK_KEY, () => seed(settings, logger, isOnlyIfEmpty)).finally(() =>
      database.destroy(),
    );
  } finally {
    await release();
  }
}

async function seed(settings: Settings, logger: AppLogger, isOnlyIfEmpty: boolean): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(settings), {
    abortOnError: false,
    logger,
  });
  try {
    const seeder = new DemoSeeder(app);
    const taken = await seeder.takenNames();
    if (taken.length > 0) {
      console.log(`Nothing was changed: ${taken.join(' and ')} can log in already.`);
    } else if (isOnlyIfEmpty && (await seeder.hasAccounts())) {
      console.log('Nothing was changed: there are accounts already.');
    } else {
      await seeder.run();
      console.log(
        `The demo data was created: log in as ${DEMO_NAMES.join(' or ')}, password ${DEMO_PASSWORD}.`,
      );
    }
  } finally {
    await app.close();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}
