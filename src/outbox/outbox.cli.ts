import { DataSource } from 'typeorm';
import { provideSettings } from '../config/provided-settings.js';
import { readToolSettings, SettingsError } from '../config/settings.js';
import { databaseOptions } from '../database/options.js';
import { connectOnce } from '../database/require-database.js';
import { discard, list, retry } from './outbox-commands.js';

const USAGE = `Usage: npm run outbox -- list | retry <id> | retry all | discard <id>
list: events that are dead-lettered, failing, or without a listener
retry: deliver dead-lettered events again
discard: remove one of the listed events for good`;

type Command = (dataSource: DataSource) => Promise<void>;

/** @returns undefined: it is none */
function commandOf([name, target = '', ...rest]: string[]): Command | undefined {
  if (rest.length > 0) return undefined;
  const isId = /^\d{1,18}$/.test(target);
  if (name === 'list' && target === '') return list;
  if (name === 'retry' && (isId || target === 'all')) return (data) => retry(data, target);
  if (name === 'discard' && isId) return (data) => discard(data, target);
  return undefined;
}

/** For operators: what stays in the outbox, and how to have it delivered after all, or removed. */
async function main(args: string[]): Promise<void> {
  const command = commandOf(args);
  if (!command) throw new SettingsError([USAGE]);
  const { settings, release } = await provideSettings(readToolSettings(process.env));
  try {
    const options = await databaseOptions({ url: settings.databaseUrl!, poolSize: 2 });
    const dataSource = await connectOnce(new DataSource(options));
    await command(dataSource).finally(() => dataSource.destroy());
  } finally {
    await release();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}
