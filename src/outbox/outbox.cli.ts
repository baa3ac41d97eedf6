import { DataSource } from 'typeorm';
import { provideSettings } from '../config/provided-settings.js';
import { readToolSettings, SettingsError } from '../config/settings.js';
import { databaseOptions } from '../database/options.js';
import { connectOnce } from '../database/require-database.js';

const USAGE = `Usage: npm run outbox -- list | retry <id> | retry all
list: the events that were given up after too many failures; retry: deliver them again`;

/** For operators: what was given up, and how to have it delivered after all. */
async function main([command, target]: string[]): Promise<void> {
  const isRetry = command === 'retry' && target !== undefined && /^(all|\d{1,18})$/.test(target);
  if (command !== 'list' && !isRetry) throw new SettingsError([USAGE]);
  const { settings, release } = await provideSettings(readToolSettings(process.env));
  try {
    const options = await databaseOptions({ url: settings.databaseUrl!, poolSize: 2 });
    const dataSource = await connectOnce(new DataSource(options));
    await (isRetry ? retry(dataSource, target) : list(dataSource)).finally(() =>
      dataSource.destroy(),
    );
  } finally {
    await release();
  }
}

async function list(dataSource: DataSource): Promise<void> {
  const parked: { id: string; name: string; payload: object; failures: number; error: string }[] =
    await dataSource.query(
      `SELECT id, name, payload, failures, last_error AS error FROM outbox
       WHERE parked_at IS NOT NULL ORDER BY id`,
    );
  for (const { id, name, payload, failures, error } of parked) {
    console.log(`${id}  ${name}  ${JSON.stringify(payload)}  after ${failures} failures: ${error}`);
  }
  console.log(`${parked.length} given up`);
}

async function retry(dataSource: DataSource, target: string): Promise<void> {
  const [result]: { count: number }[] = await dataSource.query(
    `WITH returned AS (
       UPDATE outbox SET parked_at = NULL, failures = 0, due_at = timezone('utc', clock_timestamp())
       WHERE parked_at IS NOT NULL AND ($1::bigint IS NULL OR id = $1)
       RETURNING id)
     SELECT count(*)::int AS count FROM returned`,
    [target === 'all' ? null : target],
  );
  const count = result?.count ?? 0;
  if (count === 0 && target !== 'all') throw new SettingsError([`No given-up event ${target}`]);
  console.log(`${count} returned to duty`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}
