import { type Client, TypeOverrides, types as pgTypes } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { loadMigrations } from './migrations.js';
import { UtcTimestamp } from './utc-timestamp.js';

/** Maximum wait for a connection of the pool, or for a new one, in milliseconds. */
const CONNECT_TIMEOUT_MS = 2_000;
/** Maximum duration of a statement, in milliseconds. Longer statements set their own limit. */
const STATEMENT_TIMEOUT_MS = 3_000;
/** Milliseconds after which the driver closes a connection on which the server does not respond. */
const ANSWER_TIMEOUT_MS = 4_000;
/** Maximum wait of a statement for a lock, in milliseconds. */
const LOCK_TIMEOUT_MS = 2_000;
/** Maximum idle time in a transaction, in milliseconds. Only a transaction whose client is lost idles. */
const IDLE_TRANSACTION_TIMEOUT_MS = 10_000;

/** By default the driver reads TIMESTAMP as local time and drops the microseconds. */
const types = new TypeOverrides();
types.setTypeParser(pgTypes.builtins.TIMESTAMP, (text: string) => new UtcTimestamp(text));

/**
 * Options shared by the application, the migrations and `ormconfig.ts`. They contain no entities: the
 * modules register theirs, and the CLI finds them by path.
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
      // In this mode the driver closes a connection after a query timeout. Otherwise the connection
      // returns to the pool, and its next query waits for the same response.
      pipeline: true,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
      // The server may end a connection in the packet that opens it. At that moment neither the pool nor
      // TypeORM has an error listener, and an unhandled error ends the process. The next query fails
      // with the error anyway.
      onConnect: (client: Client) => void client.on('error', () => undefined),
    },
  };
}

/** Options for a command-line tool: no time limit for statements and for locks. */
export async function toolDatabaseOptions(url: string): Promise<DataSourceOptions> {
  // One connection for the lock, one for the work, one to find out what failed.
  const options = await databaseOptions({ url, poolSize: 3 });
  const extra = { ...options.extra, statement_timeout: 0, lock_timeout: 0, query_timeout: 0 };
  return { ...options, extra };
}
