import { setTimeout as pause } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { audit, type Findings } from './audit.js';
import { ClusterSite } from './cluster-site.js';
import { LoadGenerator } from './load-generator.js';
import { holdUpStoring } from './hold-up.js';
import { type Mutation, MUTATIONS } from './mutations.js';
import { Random } from './random.js';
import { settle } from './settle.js';
import { Site } from './site.js';

/** Twelve tabs of eight people. */
const LOAD = {
  tabs: [6, 1, 0, 1],
  voters: 4,
  readers: 2,
  questions: 16,
  seconds: 600,
  paceMs: 20,
};
/** A sweep is due every five seconds at most: what is later than that will not come. */
const MUTATED_SECONDS = 9;
/** One that was built well is given as long as a busy machine may need. */
const INTACT_SECONDS = 40;
const CALM_MS = 1_000;

/** A site where a load is at work, and what is done to it. */
export interface Trial {
  open: (database: TestDatabase, environment: Record<string, string>) => Promise<Site>;
  inject: (site: Site, random: Random) => Promise<void>;
}

const serversApart =
  (serverCount: number): Trial['open'] =>
  (database, environment) =>
    Site.open(database, { serverCount, environment });

/** Short, and aimed at what the mutations break; a whole server passes them. */
export const TRIALS: Record<Mutation['trial'], Trial> = {
  killed: {
    open: serversApart(1),
    inject: async ({ database, servers: [server] }) => {
      await holdUpStoring(database, CALM_MS, () => server!.end('SIGKILL'));
      await server!.waitUntilUp();
    },
  },
  unannounced: {
    open: serversApart(2),
    inject: async ({ servers: [server] }, random) => {
      server!.front.cut(0.3, random);
      await pause(CALM_MS);
    },
  },
  undelivered: {
    open: (database, environment) =>
      ClusterSite.openCluster(database, { serverCount: 2, environment }),
    inject: async (site) => {
      await (site as ClusterSite).redis.stop('SIGKILL');
      await pause(CALM_MS);
    },
  },
};

/** @param name of a mutation of the servers; undefined: they are as they were built */
export async function runOne(
  { open, inject }: Trial,
  name: string | undefined,
  seed: number,
): Promise<Findings> {
  const random = new Random(seed);
  const database = await createDatabase();
  const mutation = name === undefined ? undefined : MUTATIONS[name];
  if (mutation?.sql) await database.query(mutation.sql);
  const environment: Record<string, string> = {};
  if (mutation?.rewrite) {
    environment['NODE_OPTIONS'] =
      `--import=${new URL(`./mutate.js?${name}`, import.meta.url).href}`;
  }
  const site = await open(database, environment);
  const load = await LoadGenerator.gather(site, LOAD, random);
  try {
    await pause(CALM_MS);
    await inject(site, random);
    await pause(CALM_MS);
    await load.rest();
    await settle(load, site, name === undefined ? INTACT_SECONDS : MUTATED_SECONDS);
    return await audit(load, database);
  } finally {
    load.leave();
    await site.close();
    await database.drop();
  }
}
