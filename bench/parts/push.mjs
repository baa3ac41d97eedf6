import { figures, atMost } from '../report/lines.mjs';
import { SERVERS } from '../fixture/servers.mjs';
import { readable } from '../statistics.mjs';
import { alternate, faultsIn, faultsOf, medians } from './common.mjs';

const AUTHORS = 20;
const TABS = 50;
const VOTERS = 20_000;

/**
 * Processor time of one pushed event. The same votes are cast twice, with fifty tabs
 * watching each and with nobody: what the server needs more is the price of pushing, without that of
 * the vote and of the database.
 * @param {import('./index.mjs').Bench} bench
 */
export async function push(bench) {
  const kinds = [SERVERS.ours, SERVERS.nestSse, SERVERS.nodeSse];
  const contestants = kinds.map((kind) => [kind.name, () => price(bench, kind)]);
  const results = await alternate(Object.fromEntries(contestants), bench.sizes.runs);
  const micros = medians(results, 'micros');
  const ratio = micros.ours / micros[SERVERS.nestSse.name];
  const what = 'processor time of one pushed event beyond the database (× bare Nest)';
  return {
    id: 'push',
    title: 'Processor time of one pushed event',
    values: { micros, runs: results },
    lines: [atMost(1.2, ratio, what, figures(micros, 'µs'))],
    faults: faultsOf(results),
  };
}

function price(bench, kind) {
  const needs = {
    users: AUTHORS + VOTERS,
    questions: AUTHORS,
    env: { SSE_MAX_STREAMS_PER_USER: String(TABS) },
  };
  return bench.fixture.with(kind, needs, async (run) => {
    const { driver } = run;
    const { seconds, warmup, connections } = bench.sizes;
    const plan = { name: 'spread', questions: AUTHORS, voters: VOTERS, firstVoter: AUTHORS };
    await driver.send('plan', plan);
    await driver.send('voteInLoop', { connections, seconds: warmup, tabs: 0 });
    await driver.send('open', { count: AUTHORS, tabs: TABS });
    await votesCost(bench, run, { seconds: warmup, tabs: TABS });
    const watched = await votesCost(bench, run, { seconds, tabs: TABS });
    await driver.send('cut', { count: AUTHORS });
    await votesCost(bench, run, { seconds: 1, tabs: 0 });
    const alone = await votesCost(bench, run, { seconds, tabs: 0 });
    const micros = (watched.cpu - alone.cpu) / watched.outcome.arrived;
    bench.progress(`${kind.name}: ${readable(micros)} µs an event`);
    return { micros, faults: faultsIn(kind, watched.outcome) };
  });
}

async function votesCost({ sizes: { rate } }, { server, driver }, { seconds, tabs }) {
  const before = await server.ask('usage');
  const outcome = await driver.send('voteSteadily', { rate, seconds, tabs });
  const after = await server.ask('usage');
  return { cpu: after.cpu - before.cpu, outcome };
}
