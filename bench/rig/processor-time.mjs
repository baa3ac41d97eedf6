import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in these. */
const TICKS_PER_SECOND = 100;

/**
 * Processor time of a process and of its children, those that have ended included.
 * @param {number} pid
 * @returns {number} microseconds since they started; NaN where there is no /proc
 */
export function processorTime(pid) {
  const parent = read(pid);
  if (!parent) return NaN;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(read)
    .filter((child) => child?.parent === pid);
  const ticks = children.reduce((sum, { own }) => sum + own, parent.own + parent.ended);
  return (ticks / TICKS_PER_SECOND) * 1_000_000;
}

function read(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the process comes before, in brackets, and may hold anything.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return { parent: fields[1], own: fields[11] + fields[12], ended: fields[13] + fields[14] };
  } catch {
    // It has ended meanwhile, or this is no Linux.
    return undefined;
  }
}
