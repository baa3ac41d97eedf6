import type { DataSource } from 'typeorm';

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
