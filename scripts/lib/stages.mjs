import { performance } from 'node:perf_hooks';
import { prefixed, say } from './output.mjs';
import { interrupt, interruption } from './run.mjs';

/**
 * @typedef {[name: string, work: () => Promise<void>]} Stage fails by throwing
 * @typedef {Stage | Stage[][]} Step several lists of stages are done side by side
 */

/** @type {{ name: string, seconds: number, ending: string }[]} those that have ended */
const ended = [];

/**
 * Does the steps one after another, up to the first stage that fails; what runs beside that one is
 * ended.
 *
 * @param {Step[]} steps
 * @returns {Promise<boolean>} whether none failed
 */
export async function doSteps(steps) {
  for (const step of steps) {
    const isStage = typeof step[0] === 'string';
    const passed = isStage ? await doStage(step) : await doSideBySide(step);
    if (!passed) return false;
  }
  return true;
}

/** What each stage took, a line each, and all together. */
export function timetable() {
  const width = Math.max(...ended.map(({ name }) => name.length));
  const lineOf = ({ name, seconds, ending }) =>
    `  ${name.padEnd(width)} ${seconds.toFixed(1).padStart(7)} s  ${ending}`.trimEnd();
  return ['Stages:', ...ended.map(lineOf), lineOf(total())].join('\n');
}

function total() {
  return { name: 'in all', seconds: performance.now() / 1000, ending: '' };
}

async function doSideBySide(lists) {
  const results = await Promise.all(
    lists.map(async (stages) => {
      for (const stage of stages) {
        if (!(await prefixed(stage[0], () => doStage(stage)))) return false;
      }
      return true;
    }),
  );
  return results.every(Boolean);
}

async function doStage([name, work]) {
  if (interruption()) return false;
  say(`=== ${name}`);
  const start = performance.now();
  const end = (ending, detail = '') => {
    const seconds = (performance.now() - start) / 1000;
    ended.push({ name, seconds, ending });
    say(`=== ${name}: ${ending || 'passed'} after ${seconds.toFixed(1)} s${detail}`);
    return ending === '';
  };
  try {
    await work();
    return end('');
  } catch (error) {
    // Of several that end because one has failed, that one counts.
    if (interruption()) return end('interrupted');
    interrupt(`the failure of: ${name}`);
    return end('FAILED', `: ${error.message}`);
  }
}
