import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import { setUp } from './app.setup.js';
import { SettingsError } from './config/settings.js';
import { provideSettings } from './config/provided-settings.js';
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

try {
  await bootstrap();
} catch (error) {
  // What an operator can mend is said in a line each; anything else shows where it came from.
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}
