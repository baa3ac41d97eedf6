import { setTimeout as pause } from 'node:timers/promises';
import { figures, reported } from '../report/lines.mjs';
import { Redis } from '../fixture/redis.mjs';
import { SERVERS } from '../fixture/servers.mjs';
import { quantile, readable } from '../statistics.mjs';
import { faultsIn, faultsInTable } from './common.mjs';

const METRICS_TOKEN = 'bench';
const MOST_INSTANCES = 4;
const AWAY_SECONDS = 10;
/** Seconds before and after it. */
const AROUND_SECONDS = 3;
const AWAY_RATE = 100;
const LOOK_MS = 20;

/**
 * Several instances with a Redis between them, all on this machine: what the way over it costs, and
 * what it costs when it is gone. Two instances on two processors that also carry the load, Redis and
 * PostgreSQL cannot be twice as fast as one.
 * @param {import('./index.mjs').Bench} bench
 */
export async function cluster(bench) {
  const measure = { id: 'cluster', title: 'Several instances', values: {}, lines: [], faults: [] };
  if (!Redis.isInstalled) {
    measure.lines.push(reported('several instances', 'not measured: no redis-server here'));
    return measure;
  }
  const redis = await Redis.start();
  try {
    for (const part of [hop, together, received, away]) {
      const { values, lines, faults } = await part(bench, redis);
      Object.assign(measure.values, values);
      measure.lines.push(...lines);
      measure.faults.push(...faults);
    }
  } finally {
    await redis.stop();
  }
  return measure;
}

/** @param {(run: import('../fixture/fixture.mjs').Run) => Promise<any>} play */
function withInstances({ fixture, sizes }, redis, instances, play) {
  const env = { REDIS_URL: redis.url, METRICS_TOKEN };
  const needs = { instances, env, questions: sizes.streams, users: sizes.streams * 2 };
  return fixture.with(SERVERS.ours, needs, play);
}

function plan({ streams }) {
  return { name: 'spread', questions: streams, voters: streams, firstVoter: streams };
}

/** Streams are at the first instance: votes there, and votes at the other. */
async function hop(bench, redis) {
  const { seconds, warmup, connections, rate, streams } = bench.sizes;
  const toasts = {};
  const faults = [];
  for (const [where, requests] of Object.entries({ here: [0], there: [1] })) {
    await withInstances(bench, redis, 2, async ({ hire }) => {
      const driver = await hire({ requests, streams: [0] });
      await driver.send('open', { count: streams });
      await driver.send('plan', plan(bench.sizes));
      await driver.send('voteInLoop', { connections, seconds: warmup });
      const outcome = await driver.send('voteSteadily', { rate, seconds });
      toasts[where] = quantile(outcome.toasts, 0.5);
      faults.push(...faultsIn(SERVERS.ours, outcome));
    });
    bench.progress(`voted ${where}: toast p50 ${readable(toasts[where])} ms`);
  }
  const added = readable(toasts.there - toasts.here);
  const what = `vote to toast at ${rate} votes/s, p50, the vote on the stream's instance and on another`;
  return {
    values: { hopMs: toasts },
    lines: [reported(what, `${figures(toasts, 'ms')}: ${added} ms more`)],
    faults,
  };
}

/** Votes and streams on all of them. */
async function together(bench, redis) {
  const { seconds, warmup, connections, streams } = bench.sizes;
  const rates = {};
  const faults = [];
  for (const instances of [1, 2]) {
    await withInstances(bench, redis, instances, async (run) => {
      const { driver } = run;
      await driver.send('open', { count: streams });
      await driver.send('plan', plan(bench.sizes));
      const warm = await driver.send('voteInLoop', { connections, seconds: warmup });
      const outcome = await driver.send('voteInLoop', { connections, seconds });
      rates[instances] = (outcome.accepted / outcome.settledMs) * 1_000;
      faults.push(...faultsIn(SERVERS.ours, outcome));
      faults.push(...(await faultsInTable(SERVERS.ours, run, warm.accepted + outcome.accepted)));
    });
    bench.progress(`${instances} instances: ${readable(rates[instances])} votes/s`);
  }
  const what = `votes/s end to end, of 1 instance and of 2 that share this machine`;
  return { values: { rates }, lines: [reported(what, figures(rates, '/s'))], faults };
}

/** Messages that an instance receives for each vote, users spread evenly. */
async function received(bench, redis) {
  const { warmup, rate, streams } = bench.sizes;
  const each = {};
  const faults = [];
  for (let instances = 1; instances <= MOST_INSTANCES; instances += 1) {
    await withInstances(bench, redis, instances, async ({ driver, servers }) => {
      await driver.send('open', { count: streams });
      await driver.send('plan', plan(bench.sizes));
      const outcome = await driver.send('voteSteadily', { rate, seconds: warmup });
      const counts = await Promise.all(servers.map(receivedBy));
      each[instances] = Math.max(...counts) / outcome.accepted;
      faults.push(...faultsIn(SERVERS.ours, outcome));
    });
    bench.progress(`${instances} instances: ${readable(each[instances])} messages a vote on each`);
  }
  const what = 'messages that an instance receives for each vote, of 1 to 4 instances';
  return {
    values: { receivedForEachVote: each },
    lines: [reported(what, figures(each, ''))],
    faults,
  };
}

/** Redis is gone for ten seconds, while people go on to vote where the streams are not. */
async function away(bench, redis) {
  const { streams } = bench.sizes;
  return withInstances(bench, redis, 2, async ({ hire, servers }) => {
    const driver = await hire({ requests: [1], streams: [0] });
    await driver.send('open', { count: streams });
    await driver.send('plan', plan(bench.sizes));
    const seconds = AWAY_SECONDS + 2 * AROUND_SECONDS;
    const voting = driver.send('voteSteadily', { rate: AWAY_RATE, seconds });
    await pause(AROUND_SECONDS * 1_000);
    await redis.stop();
    await pause(AWAY_SECONDS * 1_000);
    await redis.start();
    const backMs = await untilReceived(servers[0]);
    const { toasts, ...outcome } = await voting;
    const longest = quantile(toasts, 1);
    const figure = `live again after ${readable(backMs)} ms; the longest toast meanwhile after ${readable(longest)} ms`;
    bench.progress(figure);
    const what = `Redis gone for ${AWAY_SECONDS} s, ${streams} streams, ${AWAY_RATE} votes/s`;
    return {
      values: { away: { backMs, longestMs: longest } },
      lines: [reported(what, figure)],
      faults: faultsIn(SERVERS.ours, outcome),
    };
  });
}

/** @returns {Promise<number>} milliseconds until it receives a message again */
async function untilReceived(server) {
  const from = performance.now();
  const before = await receivedBy(server);
  while ((await receivedBy(server)) === before) await pause(LOOK_MS);
  return performance.now() - from;
}

/** @returns {Promise<number>} messages since it started */
async function receivedBy({ port }) {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  });
  return Number(/^qna_broadcast_received_total (\d+)$/m.exec(await response.text())?.[1]);
}
