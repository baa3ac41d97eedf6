import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { groups } from './run.mjs';

/** What is started from now on inherits this variable. */
const MARK = 'VERIFY_RUN';

/** A process that is to end may take a moment. */
const GRACE_SECONDS = 5;

/** Makes what is started from now on known to {@link endLeftovers}. */
export function markLeftovers() {
  process.env[MARK] = randomUUID();
}

/**
 * Ends what was started and still runs after a moment, also what has detached itself or does not have the
 * environment of who started it. Linux only.
 *
 * @returns {Promise<string[]>} a line for each process that still ran
 */
export async function endLeftovers() {
  let left = await findLeftovers();
  const giveUpAt = performance.now() + GRACE_SECONDS * 1000;
  while (left.length > 0 && performance.now() < giveUpAt) {
    await pause(100);
    left = await findLeftovers();
  }
  for (const { pid } of left) kill(pid);
  return left.map(({ pid, command }) => `${pid} ${command}`);
}

async function findLeftovers() {
  const all = await Promise.all((await readPids()).map(lookAt));
  return all.filter((found) => found && found.pid !== process.pid && isOurs(found));
}

async function readPids() {
  return (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
}

/** @returns {Promise<object | undefined>} undefined when it is gone, or not ours to look at */
async function lookAt(pid) {
  const read = (name) => readFile(join('/proc', pid, name), 'utf8');
  try {
    const [stat, command, environment] = await Promise.all(
      ['stat', 'cmdline', 'environ'].map(read),
    );
    // The second field is a name in parentheses, which may contain anything.
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return undefined;
    const words = command.split('\0').join(' ').trim();
    return {
      pid: Number(pid),
      group: Number(group),
      command: words,
      variables: environment.split('\0'),
    };
  } catch {
    return undefined;
  }
}

function isOurs({ group, variables }) {
  return groups.has(group) || variables.includes(`${MARK}=${process.env[MARK]}`);
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
