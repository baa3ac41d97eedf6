import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import { setUp } from './app.setup.js';
import { SettingsError } from './config/settings.js';
import { provideSettings } from './config/provided-settings.js';
import { failureCode, isDatabaseAway } from './database/failures.js';
import { pendingMigrations } from './database/pending-migrations.js';
import { exitOnSignal } from './shutdown/exit-on-signal.js';

async function bootstrap(): Promise<void> {
  const { settings, release } = await provideSettings(process.env);
  try {
    const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(settings), {
      bodyParser: false,
      abortOnError: false,
    });
    setUp(app);
    await requireMigrations(app.get(DataSource));
    await app.listen(settings.port, settings.host ?? '::');
    exitOnSignal(app, release);
    new Logger('Server').log(`Listening on ${await app.getUrl()}`);
  } catch (error) {
    await release();
    throw error;
  }
}

/** Serving never migrates: several instances start at once, and whoever deploys decides when. */
async function requireMigrations(dataSource: DataSource): Promise<void> {
  const pending = await pendingMigrations(dataSource);
  if (pending.length > 0) {
    throw new SettingsError([
      `Migrations are missing in the database (${pending.join(', ')}): npm run migration:run`,
    ]);
  }
}

/** What an operator can mend is said in a line each; anything else shows where it came from. */
function describeFailure(error: unknown): unknown {
  if (error instanceof SettingsError) return error.message;
  if ((error as NodeJS.ErrnoException).syscall === 'listen') {
    return `PORT and HOST cannot be listened on: ${(error as Error).message}`;
  }
  return isDatabaseAway(error) || failureCode(error) !== undefined
    ? `The database of DATABASE_URL cannot be used: ${String(error)}`
    : error;
}

try {
  await bootstrap();
} catch (error) {
  console.error(describeFailure(error));
  process.exit(1);
}
