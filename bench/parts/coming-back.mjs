import { setTimeout as pause } from 'node:timers/promises';
import { reported } from '../report/lines.mjs';
import { SERVERS } from '../fixture/servers.mjs';
import { quantile, readable } from '../statistics.mjs';
import { faultsIn } from './common.mjs';

const OTHERS = 100;
const OTHERS_RATE = 100;
const STORE_LIMIT_MS = 120_000;

/**
 * Thousands of streams cut at once, and back with their cursors, while others go on.
 * @param {import('./index.mjs').Bench} bench
 */
export function comingBack(bench) {
  const { returning } = bench.sizes;
  const questions = returning + OTHERS;
  // As many voters as streams: each round of votes then meets every question once.
  const needs = { users: questions + returning, questions };
  return bench.fixture.with(SERVERS.ours, needs, async (run) => {
    const others = await run.hire();
    await run.driver.send('open', { count: returning });
    await others.send('open', { first: returning, count: OTHERS });
    await run.driver.send('cut', { count: returning });
    await miss(bench, run);
    const before = await run.server.ask('settled');
    await run.server.ask('watch');
    const live = beLive(bench, others);
    // Those who stayed get theirs before, during and after it.
    await pause(1_000);
    const back = await run.driver.send('reconnect', {
      count: returning,
      missed: bench.sizes.missed,
    });
    const peak = await run.server.ask('peak');
    const balance = await run.driver.send('balance');
    return describe(bench, { before, peak, back, balance, live: await live });
  });
}

async function miss(bench, run) {
  const { returning, missed, connections } = bench.sizes;
  const firstVoter = returning + OTHERS;
  const plan = { name: 'spread', questions: returning, voters: returning, firstVoter };
  await run.driver.send('plan', plan);
  const votes = returning * missed;
  const isAway = true;
  const { answeredMs } = await run.driver.send('voteInLoop', { connections, votes, isAway });
  const limit = performance.now() + STORE_LIMIT_MS;
  while ((await run.board.stored(run.databaseUrl)) < votes && performance.now() < limit) {
    await pause(200);
  }
  bench.progress(`${votes} votes while ${returning} were away: ${readable(answeredMs / 1_000)} s`);
}

async function beLive({ sizes: { returning, seconds } }, others) {
  await others.send('plan', {
    name: 'spread',
    questions: OTHERS,
    firstQuestion: returning,
    voters: returning,
    firstVoter: returning + OTHERS,
  });
  return others.send('voteSteadily', { rate: OTHERS_RATE, seconds });
}

function describe({ sizes: { returning, missed }, progress }, outcome) {
  const { before, peak, back, balance, live } = outcome;
  const megabytes = (bytes) => `${readable(bytes / 2 ** 20)} MB`;
  const toasts = [0.5, 0.99, 1].map((share) => readable(quantile(live.toasts, share)));
  const figures = {
    took: `${returning} streams open again after ${readable(back.openedMs / 1_000)} s, all ${balance.arrived} events after ${readable(back.ms / 1_000)} s`,
    memory: `RSS from ${megabytes(before.rss)} to ${megabytes(peak.rss)} at most`,
    live: `p50 ${toasts[0]} ms, p99 ${toasts[1]} ms, longest ${toasts[2]} ms`,
  };
  for (const figure of Object.values(figures)) progress(figure);
  const faults = [...faultsIn(SERVERS.ours, balance), ...faultsIn(SERVERS.ours, live)];
  if (back.resumed < returning) {
    faults.push(`ours: only ${back.resumed} of ${returning} streams replayed ${missed} events`);
  }
  return {
    id: 'back',
    title: 'Coming back',
    values: { back, balance, rssBefore: before.rss, rssPeak: peak.rss, liveToastMs: toasts },
    lines: [
      reported(`${returning} streams cut and back, ${missed} events missed each`, figures.took),
      reported('memory meanwhile', figures.memory),
      reported(`vote to toast of ${OTHERS} others meanwhile`, figures.live),
    ],
    faults,
    curve: {
      name: 'coming-back',
      title: `${returning} streams cut at once come back, ${missed} events missed each`,
      x: { name: 'seconds since they began to come back' },
      y: { name: 'events replayed' },
      lines: [{ name: 'events', points: back.progress.map(({ ms, seen }) => [ms / 1_000, seen]) }],
    },
  };
}
