import type { PostgresProcess } from '../support/postgres-process.js';
import { until } from '../support/until.js';
import { audit } from './audit.js';
import { ClusterSite } from './cluster-site.js';
import { Crowd } from './crowd.js';
import type { Options } from './options.js';
import { Random } from './random.js';
import { readEverywhere, streamsOf } from './read-everywhere.js';
import { type RedisDeeds, RedisSaboteur } from './redis-saboteur.js';
import { type RollOut, rollOut } from './roll-out.js';
import { type Plan, Saboteur } from './saboteur.js';
import { settle } from './settle.js';
import { figuresOf, type Outcome } from './storm.js';

/** 90 tabs of 46 people. */
const CROWD = { tabs: [23, 12, 7, 2, 0, 2], voters: 12, readers: 12, questions: 120, paceMs: 5 };
/** Seconds in which everything has to arrive once all is up again. */
const SETTLE_SECONDS = 40;

const PLAN: Plan = {
  least: { server: 7, postgres: 2, wires: 12 },
  serverDeeds: [
    'kill',
    'kill',
    'kill twice',
    'hold up and kill',
    'kill all',
    'terminate',
    'stand still',
  ],
};

export interface ClusterOutcome extends Outcome {
  redisDeeds: RedisDeeds;
  rollOut: RollOut;
  /** Streams on each server in the end. */
  streams: number[];
  /** Tabs that were not shown that something was read, though all was well. */
  unshownReads: string[];
}

/** Everything at once on three servers, then a deployment, then Redis is away: and all adds up. */
export async function clusterStorm(
  { seed, seconds }: Options,
  postgres: PostgresProcess,
): Promise<ClusterOutcome> {
  const random = new Random(seed);
  const site = await ClusterSite.openCluster(postgres, {});
  const saboteur = new Saboteur(site, postgres, random, PLAN);
  const redisSaboteur = new RedisSaboteur(site, random);
  const crowd = await Crowd.gather(site, { ...CROWD, seconds: seconds * 3 + 600 }, random);
  try {
    await Promise.all([saboteur.rage(seconds), redisSaboteur.rage(seconds)]);
    const deployed = await rollOut(site.victims, crowd);
    await redisSaboteur.lastBlow();
    saboteur.lastBlow();
    await crowd.rest();
    await settle(crowd, site, SETTLE_SECONDS);
    const figures = figuresOf(crowd);
    // The server that was deployed last has nobody yet: all come back, and are spread anew.
    const connections = crowd.tabs.map(({ tab }) => tab.connections);
    for (const door of site.fronts) door.cut(1, random);
    await redisSaboteur.relent();
    // A tab seems live until it notices the cut: it must have connected once more.
    await until(() =>
      crowd.tabs.every(({ tab }, index) => tab.isLive && tab.connections > connections[index]!),
    );
    const unshownReads = await readEverywhere(site, crowd);
    await settle(crowd, site, SETTLE_SECONDS);
    return {
      findings: await audit(crowd, site.database),
      faults: site.faults,
      deeds: saboteur.deeds,
      redisDeeds: redisSaboteur.deeds,
      figures,
      rollOut: deployed,
      streams: await Promise.all(site.victims.map(streamsOf)),
      unshownReads,
    };
  } finally {
    crowd.leave();
    await site.close();
  }
}
