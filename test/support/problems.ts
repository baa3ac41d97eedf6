import { readSettings, SettingsError } from '../../src/config/settings.js';

/** What is wrong with an environment, a line each. */
export function problems(environment: Record<string, string>): string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}
