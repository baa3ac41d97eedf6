import { figures, atLeast } from '../report/lines.mjs';
import { SERVERS } from '../fixture/servers.mjs';
import { alternate, faultsOf, medians } from './common.mjs';
import { voteAll } from './votes.mjs';

/** All at once for one question, or each for another. @param {import('./index.mjs').Bench} bench */
export async function hot(bench) {
  const { runs, streams: questions, connections, 'hot-voters': voters } = bench.sizes;
  // The same voters in the same order both times: only the question differs.
  const run = (name) => () =>
    voteAll(
      bench,
      SERVERS.ours,
      { name, questions, voters, firstVoter: questions },
      { users: questions + voters, label: name },
    );
  const results = await alternate({ hot: run('hot'), spread: run('spread') }, runs);
  const rates = medians(results, 'rate');
  return {
    id: 'hot',
    title: 'One hot question',
    values: { votesPerSecond: rates, runs: results },
    lines: [
      atLeast(
        0.6,
        rates.hot / rates.spread,
        `${connections} voters on one question (× spread over ${questions})`,
        figures(rates, '/s'),
      ),
    ],
    faults: faultsOf(results),
  };
}
