import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** How the connections are used at this moment. */
export interface PoolUse {
  max: number;
  total: number;
  idle: number;
  /** Who waits for a connection. */
  waiting: number;
}

export function poolUse({ driver }: DataSource): PoolUse {
  const { master: pool } = driver as typeof driver & { master: Pool };
  return {
    max: pool.options.max,
    total: pool.totalCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
  };
}
