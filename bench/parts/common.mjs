import { median } from '../statistics.mjs';

/**
 * Runs each contestant once, then each again: what the machine does meanwhile meets all of them.
 * @template T
 * @param {Record<string, () => Promise<T>>} contestants
 * @param {number} runs
 * @returns {Promise<Record<string, T[]>>}
 */
export async function alternate(contestants, runs) {
  const results = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let run = 0; run < runs; run += 1) {
    for (const [name, play] of Object.entries(contestants)) results[name].push(await play());
  }
  return results;
}

/** Median of one figure over the runs of each contestant. */
export function medians(results, figure) {
  return Object.fromEntries(
    Object.entries(results).map(([name, runs]) => [name, median(runs.map((run) => run[figure]))]),
  );
}

/** All faults of all runs. */
export function faultsOf(results) {
  return Object.values(results).flatMap((runs) => runs.flatMap(({ faults }) => faults));
}

/**
 * What must not be, whatever the speed: a vote refused, a notification that did not come, came
 * twice, or before an older one, a stream that broke.
 * @param {import('../fixture/servers.mjs').Kind} kind
 * @param {object} outcome as the driver gives it
 * @returns {string[]}
 */
export function faultsIn(kind, outcome) {
  const wrong = ['refused', 'lost', 'double', 'strange', ...(kind.isOrdered ? ['disordered'] : [])];
  const faults = wrong
    .filter((what) => outcome[what] > 0)
    .map((what) => `${kind.name}: ${outcome[what]} ${what} of ${outcome.accepted} votes`);
  const broken = outcome.brokenStreams ?? [];
  if (broken.length > 0) faults.push(`${kind.name}: ${broken.length} streams broke: ${broken[0]}`);
  return faults;
}

/** Whether the table holds one notification for each vote. @returns {Promise<string[]>} */
export async function faultsInTable(kind, { board, databaseUrl }, votes) {
  const stored = await board.stored(databaseUrl);
  return stored === votes ? [] : [`${kind.name}: ${stored} notifications stored of ${votes} votes`];
}
