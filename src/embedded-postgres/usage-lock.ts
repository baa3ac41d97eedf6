import { Socket } from 'node:net';
import { Client } from 'pg';
import { type Cluster, NAME } from './cluster.js';
import { codeOf } from './system.js';

/** Advisory lock in the `postgres` database; a number that only has to be the same everywhere. */
const IN_USE = 7_203_114;

/** A server that does not answer must not delay the shutdown of this process. */
const QUERY_TIMEOUT_MS = 10_000;

/**
 * Says that this process uses the server: a session that holds a shared advisory lock. The server
 * itself knows its users by that, and a killed process loses its lock at once.
 */
export interface UsageLock {
  /** Runs once, when the session ends without {@link UsageLock.release}. */
  onLost(listener: () => void): void;
  /**
   * @returns true for the last user: they hold the lock alone now, so nobody can join any more, and
   * have to stop the server. The session stays open until the server ends it.
   */
  release(): Promise<boolean>;
}

/**
 * Acquires the lock, and makes the application's database if it is missing.
 *
 * @returns undefined when the server is starting or stopping: try again
 * @throws {Error} for what is not transient, such as a wrong password
 */
export async function acquire(cluster: Cluster, port: number): Promise<UsageLock | undefined> {
  const socket = new Socket();
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: NAME,
    password: cluster.password,
    database: 'postgres',
    ssl: false,
    query_timeout: QUERY_TIMEOUT_MS,
    application_name: `${NAME} ${process.pid}`,
    stream: () => socket,
  });
  const lost = new Promise<void>((resolve) => client.once('end', resolve));
  client.on('error', () => undefined);
  try {
    await client.connect();
    // Waits while another process stops the server, and ends with it.
    await client.query('SELECT pg_advisory_lock_shared($1)', [IN_USE]);
    await createDatabase(client);
  } catch (error) {
    await client.end().catch(() => undefined);
    if (isTransient(error)) return undefined;
    throw error;
  }
  // The lock alone must not keep the process running.
  socket.unref();
  let isReleased = false;
  return {
    onLost: (listener) => void lost.then(() => isReleased || listener()),
    release: () => {
      isReleased = true;
      socket.ref();
      return release(client).catch(() => {
        socket.destroy();
        return false;
      });
    },
  };
}

async function release(client: Client): Promise<boolean> {
  await client.query('SELECT pg_advisory_unlock_shared($1)', [IN_USE]);
  const { rows } = await client.query<{ last: boolean }>(
    'SELECT pg_try_advisory_lock($1) AS last',
    [IN_USE],
  );
  if (rows[0]?.last) return true;
  await client.end();
  return false;
}

async function createDatabase(client: Client): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [NAME]);
  if (found.rowCount) return;
  await client.query(`CREATE DATABASE ${NAME}`).catch((error: unknown) => {
    // Another process made it between the two statements.
    if (!['42P04', '23505'].includes(codeOf(error))) throw error;
  });
}

/** Starting up or shutting down (class 57P), or no answer, or the connection was cut off. */
function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  return code === '' || code.startsWith('57P') || code.startsWith('ECONN') || code === 'EPIPE';
}
