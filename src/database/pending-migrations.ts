import type { DataSource } from 'typeorm';

/** @returns the names of the migrations that the database lacks. Read-only, unlike TypeORM's own check */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const [table]: { exists: boolean }[] = await dataSource.query(
    `SELECT to_regclass('migrations') IS NOT NULL AS exists`,
  );
  const done: { name: string }[] = table?.exists
    ? await dataSource.query('SELECT name FROM migrations')
    : [];
  const names = new Set(done.map(({ name }) => name));
  return dataSource.migrations
    .map((migration) => migration.name ?? migration.constructor.name)
    .filter((name) => !names.has(name));
}
