import type { ClusterOutcome } from './cluster-fault-run.js';
import { type Check, describe, isWild, promises } from './report.js';

/** Times that a stream may be opened again for each server that is restarted, on average. */
const RECONNECTS_A_RESTART = 1;

/** Share of a server's streams that may come back in one second; all of them, were they not spread. */
const PEAK_SHARE = 0.8;

export function checksOfCluster(outcome: ClusterOutcome): Check[] {
  const { findings, failures, injected, injectedRedis, unshownReads, streams } = outcome;
  const { serverKills, postgresKills, postgresStops } = injected;
  const isEnough =
    serverKills >= 7 &&
    postgresKills + postgresStops >= 2 &&
    Object.values(injectedRedis).every((times) => times >= 2);
  return [
    ...promises(findings),
    { title: 'what is read on one server is shown in tabs on each', against: unshownReads },
    {
      title: `streams are spread over the servers: ${streams.join(', ')}`,
      against: streams.every((count) => count > 0) ? [] : ['one has none'],
    },
    ...checksOfRollOut(outcome),
    { title: 'no server ended by itself, or badly', against: failures },
    isWild(isEnough, { ...injected, ...injectedRedis }),
  ];
}

/** Nobody stands at the door with everybody else, and nobody is sent round and round. */
function checksOfRollOut({ rollOut, streams }: ClusterOutcome): Check[] {
  const { reconnects, peak, held, refused } = rollOut;
  const tabs = streams.reduce((sum, count) => sum + count, 0);
  const most = tabs * streams.length * RECONNECTS_A_RESTART;
  return [
    {
      title: `a deployment: ${peak} reconnects in the busiest second, of ${held} streams of a server`,
      against: peak < held * PEAK_SHARE ? [] : ['they come back all at once'],
    },
    {
      title: `a deployment: ${reconnects} reconnects of ${tabs} tabs, at most ${most}`,
      against: reconnects <= most ? [] : ['they are sent from one to another'],
    },
    {
      title: 'a deployment: no request is refused',
      against: refused,
    },
  ];
}

export function describeCluster(outcome: ClusterOutcome): string {
  const { injectedRedis, injected, rollOut } = outcome;
  return [
    describe(outcome),
    `all that on three servers, ${injected.serverFreezes} times one stood still; Redis killed ${injectedRedis.kills} times, still ${injectedRedis.pauses} times, ${injectedRedis.dropped} of its clients ended, ${injectedRedis.ways} times a way to it lost`,
    `a deployment took ${rollOut.seconds.toFixed(1)} s: ${rollOut.reconnects} reconnects, ${rollOut.peak} in the busiest second, ${rollOut.refused.length} requests refused`,
  ].join('\n');
}
