import { QueryFailedError } from 'typeorm';
import { misspelledVariables } from '../config/misspelled-variables.js';
import { provideSettings } from '../config/provided-settings.js';
import { readToolSettings, type Settings, SettingsError } from '../config/settings.js';
import { isDatabaseUnavailable, reasonOf } from './failures.js';

/**
 * Runs a program of the command line on the database that the settings name, or on the embedded one.
 * What a person can mend is a line each on stderr. Whatever fails ends the process with exit code 1.
 * @param prepare checks the arguments, before anything is started, and returns what is to be done
 */
export async function runTool(
  prepare: (args: string[]) => (settings: Settings) => Promise<void>,
): Promise<void> {
  try {
    const work = prepare(process.argv.slice(2));
    const given = readToolSettings(process.env);
    for (const line of misspelledVariables(process.env)) console.warn(line);
    const { settings, release } = await provideSettings(given);
    await work(settings).finally(release);
  } catch (error) {
    console.error(describe(error));
    process.exit(1);
  }
}

function describe(error: unknown): unknown {
  if (error instanceof SettingsError) return error.message;
  return error instanceof QueryFailedError || isDatabaseUnavailable(error)
    ? `The work on the database of DATABASE_URL failed: ${reasonOf(error)}`
    : error;
}
