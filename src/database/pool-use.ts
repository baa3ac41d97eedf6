import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** Use of the connection pool at this moment, in connections. */
export interface PoolUse {
  max: number;
  total: number;
  idle: number;
  /** Callers that wait for a connection. */
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
