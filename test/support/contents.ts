import type { TestApp } from './app.js';
import type { TestDatabase } from './database.js';
import { until } from './until.js';

/** A digest of every table: two that are equal say that nothing was changed in between. */
export async function contents(database: TestDatabase): Promise<Record<string, string>> {
  const tables = await database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_name <> 'migrations' ORDER BY 1`,
  );
  const digests = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS name, md5(string_agg(t::text, E'\\n' ORDER BY t::text)) AS digest
       FROM ${name} t`,
  );
  const rows = await database.query<{ name: string; digest: string | null }>(
    digests.join(' UNION ALL '),
  );
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest ?? 'empty']));
}

/** The same once nothing is under way any more. */
export async function settledContents(board: TestApp): Promise<Record<string, string>> {
  await board.idle();
  await until(async () => (await board.database.query('SELECT FROM outbox')).length === 0);
  return contents(board.database);
}
