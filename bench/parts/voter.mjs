import { figures, atMost } from '../report/lines.mjs';
import { SERVERS } from '../fixture/servers.mjs';
import { alternate, faultsOf, medians } from './common.mjs';
import { listen } from './latency.mjs';

/** How much longer a voter waits because others are notified. @param {import('./index.mjs').Bench} bench */
export async function voter(bench) {
  const { runs, streams, rate } = bench.sizes;
  const results = await alternate(
    {
      telling: () => listen(bench, SERVERS.ours, streams, { label: 'telling' }),
      silent: () => listen(bench, SERVERS.silent, streams, { isSilent: true }),
    },
    runs,
  );
  const p50 = medians(results, 'vote');
  return {
    id: 'voter',
    title: 'What notifying costs the voter',
    values: { p50, runs: results },
    lines: [
      atMost(
        1.1,
        p50.telling / p50.silent,
        `p50 of the vote at ${rate}/s, with the listener (× without)`,
        figures(p50, 'ms'),
      ),
    ],
    faults: faultsOf(results),
  };
}
