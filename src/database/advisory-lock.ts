import type { DataSource } from 'typeorm';

/** Keys of the advisory locks. Unique within a database, and equal in all processes. */
export const LOCKS = { migration: 5_147_203, retention: 5_147_204, demoData: 5_147_205 };

/**
 * Runs `work` under an advisory lock. Waits while another process holds the lock with that key in this
 * database. The lock has a connection of its own and is released when that connection ends.
 */
export async function underLock(
  dataSource: DataSource,
  key: number,
  work: () => Promise<void>,
): Promise<void> {
  const holder = dataSource.createQueryRunner();
  try {
    await holder.query('SELECT pg_advisory_lock($1)', [key]);
    await work();
    await holder.query('SELECT pg_advisory_unlock($1)', [key]);
  } finally {
    await holder.release();
  }
}
