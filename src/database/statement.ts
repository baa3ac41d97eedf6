import type { PoolClient, QueryConfig, QueryResultRow } from 'pg';
import { type DataSource, QueryFailedError } from 'typeorm';

/** SQL that a connection parses and plans once, and then knows by its name. */
export interface Statement {
  /** No other statement may have it. */
  name: string;
  text: string;
}

/**
 * Milliseconds for which a connection keeps its plans. PostgreSQL makes a new plan when it has analyzed a
 * table again, up to a minute after it began to grow; until then the plan for ten rows would serve.
 * docs/planner.md explains this and how statements are written.
 */
const PLAN_LIFETIME_MS = 10_000;

const plannedAt = new WeakMap<PoolClient, number>();

/**
 * Runs a statement by itself, outside any transaction. For what runs so often that to plan it each
 * time would cost more than to do it; everything else is a plain `query()`.
 * @throws what `query()` does
 */
export async function execute<Row extends QueryResultRow>(
  dataSource: DataSource,
  { name, text }: Statement,
  values: unknown[],
): Promise<Row[]> {
  const runner = dataSource.createQueryRunner();
  try {
    const connection: PoolClient = await runner.connect();
    await discardOldPlans(connection);
    return await query<Row>(connection, { name, text, values });
  } finally {
    await runner.release();
  }
}

/** @throws {QueryFailedError} as TypeORM throws it */
async function query<Row extends QueryResultRow>(
  connection: PoolClient,
  config: QueryConfig,
): Promise<Row[]> {
  const { rows } = await connection.query<Row>(config).catch((error: Error) => {
    throw new QueryFailedError(config.text, config.values, error);
  });
  return rows;
}

async function discardOldPlans(connection: PoolClient): Promise<void> {
  const now = performance.now();
  const since = plannedAt.get(connection);
  if (since === undefined || now - since > PLAN_LIFETIME_MS) {
    plannedAt.set(connection, now);
    if (since !== undefined) await query(connection, { text: 'DISCARD PLANS' });
  }
}
