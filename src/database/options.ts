import { type Client, TypeOverrides, types as pgTypes } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { loadMigrations } from './migrations.js';
import { UtcTimestamp } from './utc-timestamp.js';

/** How long a caller waits for a connection of the pool, or for a new one, in milliseconds. */
const CONNECT_TIMEOUT_MS = 2_000;
/** How long one statement may run, in milliseconds; what takes longer on purpose sets its own. */
const STATEMENT_TIMEOUT_MS = 3_000;
/** After which a server that does not answer at all is given up, with the connection to it. */
const ANSWER_TIMEOUT_MS = 4_000;
/** How long a statement may wait for a lock, in milliseconds. */
const LOCK_TIMEOUT_MS = 2_000;
/** How long a transaction may sit idle: only one whose client is gone does. */
const IDLE_TRANSACTION_TIMEOUT_MS = 10_000;

/** The driver would read TIMESTAMP as local time and drop the microseconds. */
const types = new TypeOverrides();
types.setTypeParser(pgTypes.builtins.TIMESTAMP, (text: string) => new UtcTimestamp(text));

/**
 * The one set of options for the application, the migrations and `ormconfig.ts`. Entities are not
 * among them: the modules name theirs, the CLI finds them by their place.
 */
export async function databaseOptions(database: {
  url: string;
  poolSize: number;
}): Promise<DataSourceOptions> {
  return {
    type: 'postgres',
    url: database.url,
    poolSize: database.poolSize,
    applicationName: 'qna-notifications',
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    migrations: await loadMigrations(),
    migrationsTableName: 'migrations',
    installExtensions: false,
    synchronize: false,
    extra: {
      types,
      keepAlive: true,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      // In this mode the driver closes a connection whose answer did not come. Otherwise it would go
      // back into the pool, and whoever gets it next would wait for the same answer.
      pipeline: true,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
      // A connection may be ended in the very packet that opens it, when neither the pool nor TypeORM
      // listens: a failure that nobody hears would end the process. Its next query fails all the same.
      onConnect: (client: Client) => void client.on('error', () => undefined),
    },
  };
}

/** The same for a tool that is run by hand: its statements, and its waiting for locks, have no time limit. */
export async function toolDatabaseOptions(url: string): Promise<DataSourceOptions> {
  // One holds a lock, one works, and one finds out what failed.
  const options = await databaseOptions({ url, poolSize: 3 });
  const extra = { ...options.extra, statement_timeout: 0, lock_timeout: 0, query_timeout: 0 };
  return { ...options, extra };
}
