import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module.js';
import { setUp } from '../../src/app.setup.js';
import { readSettings } from '../../src/config/settings.js';
import { ServerAdapter } from '../../src/http/server.adapter.js';
import { EventRelay } from '../../src/outbox/event-relay.js';
import { createDatabase, type TestDatabase } from './database.js';
import { Board } from './board.js';
import { closeStreams } from './event-stream.js';

export const JWT_SECRET = 'a secret that only these tests know!';

/** The application as the server runs it, listening on a port of its own. */
export interface TestApp extends Board {
  app: NestExpressApplication;
  database: TestDatabase;
  /** Resolves when every event raised so far has reached its listeners. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** @param environment as a server would get it; the database is a fresh one unless it is given */
export async function startApp(
  environment: Record<string, string> = {},
  given?: TestDatabase,
): Promise<TestApp> {
  const database = given ?? (await createDatabase());
  const settings = readSettings({ DATABASE_URL: database.url, JWT_SECRET, ...environment });
  const app = setUp(
    await NestFactory.create<NestExpressApplication>(
      AppModule.forRoot(settings),
      new ServerAdapter(),
      {
        bodyParser: false,
        abortOnError: false,
        logger: new ConsoleLogger({ logLevels: ['error', 'fatal'] }),
      },
    ),
  );
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const board = new Board(`http://127.0.0.1:${port}`, JWT_SECRET, database);
  const relay = app.get(EventRelay);
  return Object.assign(board, {
    app,
    database,
    idle: () => relay.idle(),
    stop: async () => {
      closeStreams();
      await app.close();
      if (!given) await database.drop();
    },
  });
}
