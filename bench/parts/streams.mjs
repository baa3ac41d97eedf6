import { figures, atMost } from '../report/lines.mjs';
import { SERVERS } from '../fixture/servers.mjs';
import { alternate, faultsOf, medians } from './common.mjs';
import { listen } from './latency.mjs';

/** Whether more open streams make each toast later. @param {import('./index.mjs').Bench} bench */
export async function streams(bench) {
  const { runs, 'stream-sizes': sizes, rate } = bench.sizes;
  const contestants = sizes.map((size) => [
    `${size}`,
    () => listen(bench, SERVERS.ours, size, { label: `${size} streams` }),
  ]);
  const results = await alternate(Object.fromEntries(contestants), Math.min(runs, 2));
  const p50 = medians(results, 'p50');
  const p99 = medians(results, 'p99');
  const points = (values) => sizes.map((size) => [size, values[size]]);
  return {
    id: 'streams',
    title: 'Growth with open streams',
    values: { p50, p99, runs: results },
    lines: [
      atMost(
        1.5,
        p50[sizes.at(-1)] / p50[sizes[0]],
        `vote to toast p50, ${sizes.at(-1)} streams (× ${sizes[0]})`,
        figures(p50, 'ms'),
      ),
    ],
    faults: faultsOf(results),
    curve: {
      name: 'streams',
      title: `Vote to toast at ${rate} votes a second, by open streams`,
      x: { name: 'open streams', isLogarithmic: true },
      y: { name: 'milliseconds since the vote was sent' },
      lines: [
        { name: 'p50', points: points(p50) },
        { name: 'p99', points: points(p99) },
      ],
    },
  };
}
