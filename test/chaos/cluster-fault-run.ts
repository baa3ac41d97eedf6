import type { PostgresProcess } from '../support/postgres-process.js';
import { until } from '../support/until.js';
import { audit } from './audit.js';
import { ClusterSite } from './cluster-site.js';
import { LoadGenerator } from './load-generator.js';
import type { Options } from './options.js';
import { Random } from './random.js';
import { readEverywhere, streamsOf } from './read-everywhere.js';
import { type InjectedRedisFaults, RedisFaultInjector } from './redis-fault-injector.js';
import { type RollOut, rollOut } from './roll-out.js';
import { type Plan, FaultInjector } from './fault-injector.js';
import { settle } from './settle.js';
import { figuresOf, type Outcome } from './fault-run.js';

/** 90 tabs of 46 people. */
const LOAD = { tabs: [23, 12, 7, 2, 0, 2], voters: 12, readers: 12, questions: 120, paceMs: 5 };
/** Seconds in which everything has to arrive once all is up again. */
const SETTLE_SECONDS = 40;

const PLAN: Plan = {
  least: { server: 7, postgres: 2, links: 12 },
  serverFaults: [
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
  injectedRedis: InjectedRedisFaults;
  rollOut: RollOut;
  /** Streams on each server in the end. */
  streams: number[];
  /** Tabs that were not shown that something was read, though all was well. */
  unshownReads: string[];
}

/** Everything at once on three servers, then a deployment, then without Redis: all counts must be equal. */
export async function clusterFaultRun(
  { seed, seconds }: Options,
  postgres: PostgresProcess,
): Promise<ClusterOutcome> {
  const random = new Random(seed);
  const site = await ClusterSite.openCluster(postgres, {});
  const injector = new FaultInjector(site, postgres, random, PLAN);
  const redisInjector = new RedisFaultInjector(site, random);
  const load = await LoadGenerator.gather(site, { ...LOAD, seconds: seconds * 3 + 600 }, random);
  try {
    await Promise.all([injector.run(seconds), redisInjector.run(seconds)]);
    const deployed = await rollOut(site.servers, load);
    await redisInjector.cutAtTheEnd();
    injector.cutAtTheEnd();
    await load.rest();
    await settle(load, site, SETTLE_SECONDS);
    const figures = figuresOf(load);
    // The server that was deployed last has nobody yet: all come back, and are spread anew.
    const connections = load.tabs.map(({ tab }) => tab.connections);
    for (const door of site.fronts) door.cut(1, random);
    await redisInjector.restore();
    // A tab seems live until it notices the cut: it must have connected once more.
    await until(() =>
      load.tabs.every(({ tab }, index) => tab.isLive && tab.connections > connections[index]!),
    );
    const unshownReads = await readEverywhere(site, load);
    await settle(load, site, SETTLE_SECONDS);
    return {
      findings: await audit(load, site.database),
      failures: site.failures,
      injected: injector.injected,
      injectedRedis: redisInjector.injected,
      figures,
      rollOut: deployed,
      streams: await Promise.all(site.servers.map(streamsOf)),
      unshownReads,
    };
  } finally {
    load.leave();
    await site.close();
  }
}
