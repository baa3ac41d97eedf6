import { setTimeout as pause } from 'node:timers/promises';
import { isSettled } from './audit.js';
import type { LoadGenerator } from './load-generator.js';
import type { Site } from './site.js';

const LOOK_MS = 250;

/** Waits until everything has arrived; what has not within that time counts as lost. */
export async function settle(load: LoadGenerator, site: Site, seconds: number): Promise<void> {
  const giveUpAt = performance.now() + seconds * 1_000;
  while (performance.now() < giveUpAt && !(await isSettled(load, site.database))) {
    await pause(LOOK_MS);
  }
}
