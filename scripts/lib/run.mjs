import { execFile, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The project's folder; every command runs there unless it says otherwise. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Running programs, and the seconds after a signal in which each has to end. */
const children = new Map();
let interruptedBy;

/**
 * Runs a program in the foreground until it ends.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { quiet?: boolean, killAfterSeconds?: number }}
 * [options] `quiet` shows what the program prints only when it fails; `killAfterSeconds`: it is killed
 * when it still runs that long after a signal
 * @returns {Promise<string>} what it printed, when quiet; otherwise ''
 * @throws {Error} it could not be started, or ended with anything but 0; `isExplained` says that it
 * has printed something
 */
export async function run(program, args, { quiet = false, killAfterSeconds, ...options } = {}) {
  if (interruptedBy) throw new Error(`interrupted by ${interruptedBy}`);
  const output = quiet ? 'pipe' : 'inherit';
  const child = spawn(program, args, {
    cwd: PROJECT,
    stdio: ['ignore', output, output],
    ...options,
  });
  children.set(child, killAfterSeconds);
  let printed = '';
  child.stdout?.on('data', (chunk) => (printed += chunk));
  child.stderr?.on('data', (chunk) => (printed += chunk));
  try {
    const [code, signal] = await new Promise((resolve, reject) => {
      child.once('error', reject).once('close', (...ending) => resolve(ending));
    });
    if (code === 0) return printed;
    if (printed && !interruptedBy) process.stdout.write(`\n${printed}`);
    const failure = new Error(`${[program, ...args].join(' ')} ended with ${signal ?? code}`);
    throw Object.assign(failure, { isExplained: printed !== '' });
  } finally {
    children.delete(child);
  }
}

/**
 * Asks a program something, unheard and unseen, also while everything else is being interrupted.
 *
 * @returns {Promise<string | undefined>} what it printed, trimmed; undefined when it failed
 */
export async function ask(program, args, options = {}) {
  return promisify(execFile)(program, args, options).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

/** Runs npm: the very one that runs us, if one does. Options and errors as for {@link run}. */
export function npm(args, options) {
  const itself = process.env.npm_execpath;
  if (itself) return run(process.execPath, [itself, ...args], options);
  return run('npm', args, { shell: process.platform === 'win32', ...options });
}

/**
 * From now on SIGINT and SIGTERM go to the programs that run, and no further one starts. What is
 * in a `finally` still happens, because it is {@link run} that fails.
 *
 * @returns {() => number | undefined} the exit code for the signal that came, if one did
 */
export function passOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupt);
  return () => interruptedBy && 128 + constants.signals[interruptedBy];
}

function interrupt(signal) {
  interruptedBy = signal;
  for (const [child, killAfterSeconds] of children) {
    child.kill(signal);
    if (killAfterSeconds) setTimeout(() => child.kill('SIGKILL'), killAfterSeconds * 1000).unref();
  }
}
