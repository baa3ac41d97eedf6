import { figures, atLeast, reported } from '../report/lines.mjs';
import { SERVERS } from '../fixture/servers.mjs';
import { readable } from '../statistics.mjs';
import { alternate, faultsIn, faultsInTable, faultsOf, medians } from './common.mjs';

/** How many votes a second are cast, stored, announced and shown. @param {import('./index.mjs').Bench} bench */
export async function votes(bench) {
  const { runs, streams, connections } = bench.sizes;
  const plan = { name: 'spread', questions: streams, voters: streams };
  const kinds = [SERVERS.ours, SERVERS.ceiling, SERVERS.plain, ...bench.also];
  const contestants = kinds.map((kind) => [kind.name, () => voteAll(bench, kind, plan)]);
  const results = await alternate(Object.fromEntries(contestants), runs);
  const rates = medians(results, 'rate');
  const both = (peer) => figures({ ours: rates.ours, [peer]: rates[peer] }, '/s');
  const what = `votes/s end to end, ${connections} connections, ${streams} streams`;
  return {
    id: 'votes',
    title: 'Votes a second, end to end',
    values: { votesPerSecond: rates, runs: results },
    lines: [
      atLeast(2, rates.ours / rates.plain, `${what} (× plain)`, both('plain')),
      atLeast(0.4, rates.ours / rates.ceiling, `${what} (× ceiling)`, both('ceiling')),
      reported('processor time of a vote: server', figures(medians(results, 'serverMs'), 'ms')),
      reported('the same: database', figures(medians(results, 'databaseMs'), 'ms')),
      ...bench.also.map(({ name }) =>
        reported(`${what} (${name})`, `${both(name)}: ${readable(rates.ours / rates[name])}`),
      ),
    ],
    faults: faultsOf(results),
  };
}

/**
 * One closed loop, on streams of the authors of all questions.
 * @param {import('./index.mjs').Bench} bench
 * @param {import('../fixture/servers.mjs').Kind} kind
 * @param {object} plan
 * @param {{ users?: number, label?: string }} options
 */
export function voteAll(bench, kind, plan, { users, label = kind.name } = {}) {
  const { streams, seconds, warmup, connections } = bench.sizes;
  return bench.fixture.with(kind, { users, questions: streams }, async (run) => {
    await run.driver.send('open', { count: streams });
    await run.driver.send('plan', plan);
    const warm = await run.driver.send('voteInLoop', { connections, seconds: warmup });
    const before = await run.usage();
    const outcome = await run.driver.send('voteInLoop', { connections, seconds });
    const after = await run.usage();
    const faults = [
      ...faultsIn(kind, warm),
      ...faultsIn(kind, outcome),
      ...(await faultsInTable(kind, run, warm.accepted + outcome.accepted)),
    ];
    // Until the last one was seen: a server must not shine by what it still owes.
    const rate = (outcome.accepted / outcome.settledMs) * 1_000;
    const each = (from, to) => (to - from) / 1_000 / outcome.accepted;
    const serverMs = each(before.server, after.server);
    const databaseMs = each(before.database, after.database);
    bench.progress(
      `${label}: ${readable(rate)} votes/s; processor time of each: ` +
        `server ${readable(serverMs)} ms, database ${readable(databaseMs)} ms`,
    );
    return { rate, serverMs, databaseMs, votes: outcome.accepted, faults };
  });
}
