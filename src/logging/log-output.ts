import { openSync, writeSync } from 'node:fs';
import { SettingsError } from '../config/settings.js';
import { LineBuffer } from './line-buffer.js';

const standardOutput = new LineBuffer((text) => process.stdout.write(text));
let logFile: LineBuffer | undefined;

/**
 * From now on {@link logOutput} is this file, made if it is missing.
 * @throws {SettingsError} it cannot be opened
 */
export function openLogFile(path: string): void {
  try {
    const file = openSync(path, 'a', 0o600);
    logFile = new LineBuffer((text) => writeSync(file, text));
  } catch (error) {
    throw new SettingsError([
      `LOG_FILE must be a file that can be written: ${(error as Error).message}`,
    ]);
  }
}

/** Where the log of this process goes: the file of LOG_FILE, or stdout. */
export function logOutput(): LineBuffer {
  return logFile ?? standardOutput;
}

process.on('exit', () => logOutput().flush());
