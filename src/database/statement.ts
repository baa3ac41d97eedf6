import type { PoolClient, QueryResultRow } from 'pg';
import { type DataSource, QueryFailedError } from 'typeorm';

/** SQL that a connection parses and plans once, and then knows by its name. */
export interface Statement {
  /** No other statement may have it. */
  name: string;
  text: string;
}

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
    const { rows } = await connection.query<Row>({ name, text, values }).catch((error: Error) => {
      throw new QueryFailedError(text, values, error);
    });
    return rows;
  } finally {
    await runner.release();
  }
}
