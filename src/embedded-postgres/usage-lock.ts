import { Socket } from 'node:net';
import { Client } from 'pg';
import { NAME } from './cluster.js';
import type { Cluster } from './cluster.js';
import { codeOf } from './system.js';

/** Advisory lock in the `postgres` database; a number that only has to be the same everywhere. */
const IN_USE = 7_203_114;

/** A server that is stopped in the debugger's sense, say, must not hold up our own shutdown. */
const ANSWER_SECONDS = 10;

/**
 * One process's claim on the running server: a session that holds a shared advisory lock. The
 * server itself thus knows who uses it, and forgets whoever is killed at once; there is no list of
 * processes to keep true.
 */
export interface Hold {
  /** Runs once, when the session ends without {@link Hold.release}. */
  onLost(listener: () => void): void;
  /**
   * Gives the claim back.
   *
   * @returns true for the last one: it holds the lock alone now, so nobody can join any more, and
   * has to stop the server. Then, and only then, the session stays open until the server ends it.
   */
  release(): Promise<boolean>;
}

/**
 * Claims the server on this port and makes the application's database if it is missing.
 *
 * @returns undefined when the server is starting, stopping or gone: look again in a moment
 * @throws {Error} for anything that will not pass by itself, such as a wrong password
 */
export async function claim(cluster: Cluster, port: number): Promise<Hold | undefined> {
  const socket = new Socket();
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: NAME,
    password: cluster.password,
    database: 'postgres',
    ssl: false,
    query_timeout: ANSWER_SECONDS * 1000,
    application_name: `${NAME} ${process.pid}`,
    stream: () => socket,
  });
  const lost = new Promise<void>((resolve) => client.once('end', resolve));
  client.on('error', () => undefined);
  try {
    await client.connect();
    // Waits while somebody stops the server, and is cut off with it.
    await client.query('SELECT pg_advisory_lock_shared($1)', [IN_USE]);
    await createDatabase(client);
  } catch (error) {
    await client.end().catch(() => undefined);
    if (isPassing(error)) return undefined;
    throw error;
  }
  // The claim alone must not keep the process alive.
  socket.unref();
  let released = false;
  return {
    onLost: (listener) => void lost.then(() => released || listener()),
    release: () => {
      released = true;
      socket.ref();
      return release(client, socket);
    },
  };
}

async function release(client: Client, socket: Socket): Promise<boolean> {
  try {
    await client.query('SELECT pg_advisory_unlock_shared($1)', [IN_USE]);
    const { rows } = await client.query<{ last: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS last',
      [IN_USE],
    );
    if (rows[0]?.last) return true;
    await client.end();
    return false;
  } catch {
    socket.destroy();
    return false;
  }
}

async function createDatabase(client: Client): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [NAME]);
  if (found.rowCount) return;
  await client.query(`CREATE DATABASE ${NAME}`).catch((error: unknown) => {
    // Another process made it between the two statements.
    if (!['42P04', '23505'].includes(codeOf(error))) throw error;
  });
}

/** Starting up or shutting down (class 57P), or no answer, or the connection cut off in between. */
function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  return code === '' || code.startsWith('57P') || code.startsWith('ECONN') || code === 'EPIPE';
}
