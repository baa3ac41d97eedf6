import type { DataSource } from 'typeorm';

/** Keys of the advisory locks, which have to be different in a database and the same for everybody. */
export const LOCKS = { migration: 5_147_203, retention: 5_147_204, demoData: 5_147_205 };

/**
 * Runs `work` while no other process does so under the same key in this database; waits for those that
 * do. The lock takes a connection of its own, and ends with it.
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
