import { execFile, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { receiver } from './output.mjs';

/** The project's folder; every command runs there unless it says otherwise. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Running programs, and the seconds after a signal in which each has to end. */
const children = new Map();
/** Groups of processes: a program, and all that it has started and has not been detached. */
export const groups = new Set();
/** Seconds after a signal in which a program with a group has to end, unless it names others. */
const END_SECONDS = 60;
/** Seconds that what it has started has from then on. */
const GROUP_SECONDS = 15;
let interruptedBy;
let isGrouping = false;

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
  const show = receiver();
  const output = quiet || show ? 'pipe' : 'inherit';
  const child = spawn(program, args, {
    cwd: PROJECT,
    stdio: ['ignore', output, output],
    detached: isGrouping,
    ...options,
  });
  children.set(child, killAfterSeconds);
  if (isGrouping && child.pid) groups.add(child.pid);
  let printed = '';
  const take = quiet ? (text) => (printed += text) : show;
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', take);
  // What it started may still hold its output, which would never close.
  child.once('exit', () => isGrouping && interruptedBy && void endGroup(child));
  try {
    const [code, signal] = await new Promise((resolve, reject) => {
      child.once('error', reject).once('close', (...ending) => resolve(ending));
    });
    if (!isGroupAlive(child.pid)) groups.delete(child.pid);
    if (code === 0) return printed;
    if (printed && !interruptedBy) (show ?? ((text) => process.stdout.write(text)))(`\n${printed}`);
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
 * @param {{ withAllTheyStart?: boolean }} [options] the signals also go to what the programs have
 * started; what has not ended some seconds after its program is killed
 * @returns {() => number | undefined} the exit code for the signal that came, if one did
 */
export function passOnSignals({ withAllTheyStart = false } = {}) {
  isGrouping = withAllTheyStart && process.platform !== 'win32';
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interrupt(signal));
  return () => {
    const number = constants.signals[interruptedBy];
    return number && 128 + number;
  };
}

/** Ends the programs that run, and starts no further one. @param {string} reason a signal, or what else */
export function interrupt(reason) {
  interruptedBy ??= reason;
  const signal = reason in constants.signals ? reason : 'SIGTERM';
  for (const [child, killAfterSeconds] of children) {
    send(child, signal);
    const limitSeconds = killAfterSeconds ?? (isGrouping ? END_SECONDS : undefined);
    if (limitSeconds) setTimeout(() => send(child, 'SIGKILL'), limitSeconds * 1000).unref();
  }
}

/** Why no further program starts, if that is so. */
export function interruption() {
  return interruptedBy;
}

function send(child, signal) {
  if (isGrouping && child.pid) sendToGroup(child.pid, signal);
  else child.kill(signal);
}

/** What has left the group may hold the output on: nobody waits for its end. */
async function endGroup({ pid, stdout, stderr }) {
  const giveUpAt = performance.now() + GROUP_SECONDS * 1000;
  while (isGroupAlive(pid) && performance.now() < giveUpAt) await pause(50);
  sendToGroup(pid, 'SIGKILL');
  await pause(50);
  for (const stream of [stdout, stderr]) stream?.destroy();
}

function isGroupAlive(group) {
  return isGrouping && group !== undefined && sendToGroup(group, 0);
}

/** @returns {boolean} whether there is anybody */
function sendToGroup(group, signal) {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}
