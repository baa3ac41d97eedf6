import { figures, atMost, reported } from '../report/lines.mjs';
import { SERVERS } from '../fixture/servers.mjs';
import { quantile, readable } from '../statistics.mjs';
import { alternate, faultsIn, faultsInTable, faultsOf, medians } from './common.mjs';

const SHARES = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995];

/** From the vote to the toast, at a steady rate. @param {import('./index.mjs').Bench} bench */
export async function latency(bench) {
  const { runs, streams, rate } = bench.sizes;
  const kinds = [SERVERS.ours, SERVERS.ceiling, SERVERS.plain, ...bench.also];
  const contestants = kinds.map((kind) => [kind.name, () => listen(bench, kind, streams)]);
  const results = await alternate(Object.fromEntries(contestants), runs);
  const p50 = medians(results, 'p50');
  const p99 = medians(results, 'p99');
  const what = (which) => `vote to toast at ${rate} votes/s, ${which} (× ceiling)`;
  return {
    id: 'latency',
    title: `Vote to toast at ${rate} votes a second`,
    values: { p50, p99, runs: results },
    lines: [
      atMost(2, p50.ours / p50.ceiling, what('p50'), figures(p50, 'ms')),
      atMost(2.5, p99.ours / p99.ceiling, what('p99'), figures(p99, 'ms')),
      ...bench.also.flatMap(({ name }) => [
        reported(what('p50').replace('ceiling', name), readable(p50.ours / p50[name])),
        reported(what('p99').replace('ceiling', name), readable(p99.ours / p99[name])),
      ]),
    ],
    faults: faultsOf(results),
    curve: {
      name: 'latency',
      title: `Vote to toast at ${rate} votes a second`,
      x: { name: 'share of the notifications that arrived', unit: '%' },
      y: { name: 'milliseconds since the vote was sent' },
      lines: kinds.map(({ name }) => ({
        name,
        points: SHARES.map((share, index) => [
          share * 100,
          middle(results[name].map(({ spread }) => spread[index])),
        ]),
      })),
    },
  };
}

/**
 * A steady rate of votes, on streams of the authors of all questions; times of votes and toasts.
 * @param {import('./index.mjs').Bench} bench
 * @param {import('../fixture/servers.mjs').Kind} kind
 * @param {number} streams
 * @param {{ isSilent?: boolean, label?: string }} options isSilent: nobody listens
 */
export function listen(bench, kind, streams, { isSilent = false, label = kind.name } = {}) {
  const { seconds, warmup, connections, rate, streams: voters } = bench.sizes;
  const users = streams + voters;
  return bench.fixture.with(kind, { users, questions: streams }, async (run) => {
    const { driver } = run;
    const tabs = isSilent ? 0 : 1;
    if (!isSilent) await driver.send('open', { count: streams });
    await driver.send('plan', { name: 'spread', questions: streams, voters, firstVoter: streams });
    const warm = await driver.send('voteInLoop', { connections, seconds: warmup, tabs });
    const outcome = await driver.send('voteSteadily', { rate, seconds, tabs });
    const faults = [...faultsIn(kind, warm), ...faultsIn(kind, outcome)];
    if (!isSilent) {
      faults.push(...(await faultsInTable(kind, run, warm.accepted + outcome.accepted)));
    }
    const result = {
      vote: quantile(outcome.votes, 0.5),
      p50: quantile(outcome.toasts, 0.5),
      p99: quantile(outcome.toasts, 0.99),
      spread: SHARES.map((share) => quantile(outcome.toasts, share)),
      faults,
    };
    const { vote, p50, p99 } = result;
    const toast = isSilent ? '' : `, toast p50 ${readable(p50)} ms, p99 ${readable(p99)} ms`;
    bench.progress(`${label}: vote p50 ${readable(vote)} ms${toast}`);
    return result;
  });
}

function middle(values) {
  return quantile(values, 0.5);
}
