import { atMost } from '../report/lines.mjs';
import { SERVERS } from '../fixture/servers.mjs';
import { median, readable } from '../statistics.mjs';

const STARTS = 3;
const LIMIT_SECONDS = 2;

/** From the start of the process until it is ready. @param {import('./index.mjs').Bench} bench */
export async function start({ fixture, progress }) {
  const seconds = [];
  for (let run = 0; run < STARTS; run += 1) {
    seconds.push((await fixture.startOnly(SERVERS.ours)) / 1_000);
    progress(`ready after ${readable(seconds.at(-1))} s`);
  }
  const middle = median(seconds);
  return {
    id: 'start',
    title: 'Start',
    values: { seconds: middle, runs: seconds },
    lines: [
      atMost(LIMIT_SECONDS, middle, 'start, until ready, in seconds', `${readable(middle)} s`),
    ],
    faults: [],
  };
}
