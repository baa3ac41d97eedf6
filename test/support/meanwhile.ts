import { Client } from 'pg';
import type { TestDatabase } from './database.js';

/**
 * Changes something beside the application, and commits only once the request under way waits for
 * that: it has seen the table as it was before.
 */
export async function meanwhile<Reply>(
  database: TestDatabase,
  change: string,
  request: () => Promise<Reply>,
): Promise<Reply> {
  const client = new Client(database.url);
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(change);
    const reply = request();
    while (!(await isWaitedFor(client))) {
      // Asked again at once: a round trip takes long enough.
    }
    await client.query('COMMIT');
    return await reply;
  } finally {
    await client.end();
  }
}

/** The request has seen the question, and now it is gone. */
export function deleteMeanwhile<Reply>(
  database: TestDatabase,
  questionId: number,
  request: () => Promise<Reply>,
): Promise<Reply> {
  return meanwhile(database, `DELETE FROM question WHERE id = ${questionId}`, request);
}

async function isWaitedFor(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ isWaitedFor: boolean }>(
    `SELECT EXISTS (
       SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))
     ) AS "isWaitedFor"`,
  );
  return rows[0]!.isWaitedFor;
}
