import { DataSource } from 'typeorm';
import { type Settings, SettingsError } from '../config/settings.js';
import { databaseOptions } from '../database/options.js';
import { connectOnce, requireMigrations } from '../database/require-database.js';
import { runTool } from '../config/run-tool.js';

const USAGE = `Usage: npm run outbox -- list | retry <id> | retry all
list: the events that were given up after too many failures; retry: deliver them again`;

/** For operators: what was given up, and how to have it delivered after all. */
async function onDatabase(
  { databaseUrl }: Settings,
  work: (dataSource: DataSource) => Promise<void>,
): Promise<void> {
  const options = await databaseOptions({ url: databaseUrl!, poolSize: 2 });
  const dataSource = await connectOnce(new DataSource(options), { forWriting: false });
  try {
    await requireMigrations(dataSource);
    await work(dataSource);
  } finally {
    await dataSource.destroy();
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

await runTool(([command, target]) => {
  if (command === 'list') return (settings) => onDatabase(settings, list);
  if (command === 'retry' && target !== undefined && /^(all|\d{1,18})$/.test(target)) {
    return (settings) => onDatabase(settings, (dataSource) => retry(dataSource, target));
  }
  throw new SettingsError([USAGE]);
});
