import { until } from '../support/until.js';
import type { LoadGenerator } from './load-generator.js';
import { streamsOf } from './read-everywhere.js';
import type { ServerUnderTest } from './server-under-test.js';

const SECOND_MS = 1_000;

/** What a deployment cost those who were there meanwhile. */
export interface RollOut {
  seconds: number;
  /** Times that a stream was opened again, those that were only sent on included. */
  reconnects: number;
  /** The most of them within one second. */
  peak: number;
  /** The most streams that a server held when it was ended. */
  held: number;
  /** Requests that were refused, or got no answer. */
  refused: string[];
}

/** A new version comes: each instance is ended, started and waited for, one after the other. */
export async function rollOut(
  servers: ServerUnderTest[],
  { tabs, ledger }: LoadGenerator,
): Promise<RollOut> {
  const allAreLive = (): boolean => tabs.every(({ tab }) => tab.isLive);
  const timeoutMs = 60_000;
  await until(allAreLive, timeoutMs);
  const from = performance.now();
  const before = ledger.refused.length;
  let held = 0;
  for (const server of servers) {
    held = Math.max(held, await streamsOf(server));
    await server.end('SIGTERM');
    await server.waitUntilUp();
    await server.ready();
  }
  await until(allAreLive, timeoutMs);
  const moments = tabs
    .flatMap(({ tab }) => tab.opened.filter((moment) => moment >= from))
    .sort((a, b) => a - b);
  return {
    seconds: (performance.now() - from) / SECOND_MS,
    reconnects: moments.length,
    peak: mostWithin(SECOND_MS, moments),
    held,
    refused: ledger.refused.slice(before),
  };
}

/** @param moments in order */
function mostWithin(milliseconds: number, moments: number[]): number {
  let first = 0;
  return moments.reduce((most, moment, index) => {
    while (moments[first]! < moment - milliseconds) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
}
