import { DataSource } from 'typeorm';
import { runTool } from '../database/run-tool.js';
import { type Settings, SettingsError } from '../config/settings.js';
import { databaseOptions } from '../database/options.js';
import { connectOnce, requireMigrations } from '../database/require-database.js';
import { discard, list, retry } from './outbox-commands.js';

const USAGE = `Usage: npm run outbox -- list | retry <id> | retry all | discard <id>
list: events that are dead-lettered, failing, or without a listener
retry: deliver dead-lettered events again
discard: remove one of the listed events for good`;

interface Command {
  run(dataSource: DataSource, settings: Settings): Promise<void>;
  /** Whether a database that is only read will do. */
  isReading?: boolean;
}

/** @throws {SettingsError} there is no such command */
function commandOf([name, target = '', ...rest]: string[]): Command {
  const isId = /^\d{1,18}$/.test(target);
  if (rest.length === 0) {
    if (name === 'list' && target === '') return { run: list, isReading: true };
    if (name === 'retry' && (isId || target === 'all'))
      return { run: (data, settings) => retry(data, settings, target) };
    if (name === 'discard' && isId) return { run: (data) => discard(data, target) };
  }
  throw new SettingsError([USAGE]);
}

async function onDatabase(settings: Settings, command: Command): Promise<void> {
  const options = await databaseOptions({ url: settings.databaseUrl!, poolSize: 2 });
  const dataSource = await connectOnce(new DataSource(options), {
    forWriting: !command.isReading,
  });
  try {
    await requireMigrations(dataSource);
    await command.run(dataSource, settings);
  } finally {
    await dataSource.destroy();
  }
}

/** For operators: what stays in the outbox, and how to have it delivered after all, or removed. */
await runTool((args) => {
  const command = commandOf(args);
  return (settings) => onDatabase(settings, command);
});
