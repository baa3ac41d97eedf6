import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { setUp } from './app.setup.js';
import { misspelledVariables } from './config/misspelled-variables.js';
import { readSettings, SettingsError } from './config/settings.js';
import { provideSettings } from './config/provided-settings.js';
import { requireDatabase } from './database/require-database.js';
import { listenFailure } from './http/listen-failure.js';
import { ServerAdapter } from './http/server.adapter.js';
import { AppLogger } from './logging/app-logger.js';
import { ConnectionDraining } from './shutdown/connection-draining.js';
import type { ExitOnSignal } from './shutdown/exit-on-signal.js';
import { shutDownWithin } from './shutdown/shut-down-within.js';
import { Shutdown } from './shutdown/shutdown.js';

/**
 * Starts the server. On failure, prints the reason and ends the process with exit code 1.
 * @returns the URL of the server, as a person would open it: `http://localhost:3000`
 */
export function bootstrap(exit: ExitOnSignal): Promise<string> {
  return start(exit).catch((error: unknown) => {
    console.error(describeFailure(error));
    process.exit(1);
  });
}

async function start(exit: ExitOnSignal): Promise<string> {
  const given = readSettings(process.env);
  const logger = new AppLogger(given);
  Logger.overrideLogger(logger);
  for (const line of misspelledVariables(process.env)) new Logger('Settings').warn(line);
  let app: NestExpressApplication | undefined;
  let release: (() => Promise<void>) | undefined;
  const close = async (drainSeconds: number): Promise<void> => {
    await app?.get(Shutdown).drain(drainSeconds);
    await app?.get(ConnectionDraining).stopListening();
    await app?.close();
    await release?.();
  };
  exit.after((signal) => shutDownWithin(given.shutdownSeconds, signal, close));
  const provided = await provideSettings(given);
  const { settings } = provided;
  release = provided.release;
  try {
    await requireDatabase(settings);
    const module = AppModule.forRoot(settings);
    app = await NestFactory.create<NestExpressApplication>(module, new ServerAdapter(), {
      bodyParser: false,
      abortOnError: false,
      logger,
    });
    setUp(app);
    // Without a host, Node.js listens on all interfaces, with or without IPv6.
    const { port, host } = settings;
    await (host === undefined ? app.listen(port) : app.listen(port, host));
    const address = describeAddress(await app.getUrl(), host);
    new Logger('Server').log(`Listening on ${address}`);
    return address;
  } catch (error) {
    await release();
    throw error;
  }
}

/** A server on all interfaces is also reachable at localhost, which a browser can open. */
function describeAddress(url: string, host: string | undefined): string {
  const isEverywhere = host === undefined || host === '0.0.0.0' || host === '::';
  return isEverywhere ? `http://localhost:${new URL(url).port}` : url;
}

/** Returns one line for an error that an operator can correct, and the whole error otherwise. */
function describeFailure(error: unknown): unknown {
  if (error instanceof SettingsError) return error.message;
  return listenFailure(error) ?? error;
}
