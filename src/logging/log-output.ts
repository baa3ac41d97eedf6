import { mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { SettingsError } from '../config/settings.js';
import { LineBuffer } from './line-buffer.js';

const standardOutput = new LineBuffer((text) => process.stdout.write(text));
let logFile: LineBuffer | undefined;

/**
 * From now on {@link logOutput} is this file, made with its folder if it is missing.
 * @throws {SettingsError} it cannot be opened
 */
export function openLogFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'a', 0o600);
    logFile = new LineBuffer((text) => append(file, text));
  } catch (error) {
    throw new SettingsError([
      `LOG_FILE must be a file that can be written: ${(error as Error).message}`,
    ]);
  }
}

let isFailing = false;

/** A log that cannot be written, on a full disk for example, does not end the process. */
function append(file: number, text: string): void {
  try {
    // Of what does not fit, a part is written: the rest fails with the reason.
    let rest = Buffer.from(text);
    while (rest.length > 0) rest = rest.subarray(writeSync(file, rest));
    isFailing = false;
  } catch (error) {
    if (!isFailing) {
      console.error(`LOG_FILE cannot be written, lines are lost: ${(error as Error).message}`);
    }
    isFailing = true;
  }
}

/** Where the log of this process goes: the file of LOG_FILE, or stdout. */
export function logOutput(): LineBuffer {
  return logFile ?? standardOutput;
}

process.on('exit', () => logOutput().flush());
