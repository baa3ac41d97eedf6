import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresProcess } from '../support/postgres-process.js';
import { holdUpStoring } from './hold-up.js';
import type { Random } from './random.js';
import type { Site } from './site.js';
import type { ServerUnderTest } from './server-under-test.js';

type ServerFault =
  'kill' | 'kill twice' | 'hold up and kill' | 'terminate' | 'kill all' | 'stand still';

/** What a injector sets out to do. */
export interface Plan {
  /** What is done at least, however short the time. */
  least: { server: number; postgres: number; links: number };
  /** To servers, each once before any comes again. */
  serverFaults: readonly ServerFault[];
}

const AGAINST_ONE: Plan = {
  least: { server: 11, postgres: 4, links: 20 },
  serverFaults: ['kill', 'kill', 'kill', 'kill', 'kill twice', 'hold up and kill', 'terminate'],
};
/** Milliseconds that a server stands still. */
const STILL_MS = [500, 3_000] as const;

const POSTGRES_FAULTS = ['kill', 'kill a backend', 'stop at once', 'stop'] as const;
const LINK_FAULTS = ['clients', 'clients', 'clients', 'database', 'database', 'backends'] as const;

/** What was done, by its name. */
export type InjectedFaults = Record<
  | 'serverKills'
  | 'serverTerms'
  | 'serverFreezes'
  | 'postgresKills'
  | 'postgresStops'
  | 'backends'
  | 'cuts',
  number
>;

/** Injects faults into a site with three randoms at once: its servers, its PostgreSQL, and what connects them. */
export class FaultInjector {
  readonly injected: InjectedFaults = {
    serverKills: 0,
    serverTerms: 0,
    serverFreezes: 0,
    postgresKills: 0,
    postgresStops: 0,
    backends: 0,
    cuts: 0,
  };
  private readonly randoms: Random[];
  private readonly servers: ServerUnderTest[];

  constructor(
    private readonly site: Site,
    private readonly postgres: PostgresProcess,
    random: Random,
    private readonly plan: Plan = AGAINST_ONE,
  ) {
    this.randoms = [random.fork(), random.fork(), random.fork()];
    this.servers = site.servers;
  }

  /** Goes on for so long, and until the least was done. Resolves when all it ended is up again. */
  async run(seconds: number): Promise<void> {
    const until = performance.now() + seconds * 1_000;
    const [server, postgres, links] = this.randoms as [Random, Random, Random];
    const { least, serverFaults: chosen } = this.plan;
    const serverFaults = server.deal(chosen);
    const postgresFaults = postgres.deal(POSTGRES_FAULTS);
    const linkFaults = links.deal(LINK_FAULTS);
    await Promise.all([
      work(until, least.server, async () => {
        await pause(server.between(100, 2_500));
        await this.injectIntoServer(serverFaults.next().value, server.pick(this.servers), server);
      }),
      work(until, least.postgres, async () => {
        await pause(postgres.between(2_000, 10_000));
        await this.injectIntoPostgres(postgresFaults.next().value, postgres);
      }),
      work(until, least.links, async () => {
        await pause(links.between(100, 1_500));
        await this.injectIntoLinks(linkFaults.next().value, links);
      }),
    ]);
  }

  /** Just before the end: answers that are on their way are lost, and nothing comes after them. */
  cutAtTheEnd(): void {
    for (const { back } of this.servers) this.injected.cuts += back.cut(1, this.randoms[2]!);
  }

  private async injectIntoServer(
    fault: ServerFault,
    server: ServerUnderTest,
    random: Random,
  ): Promise<void> {
    if (fault === 'kill all') {
      await Promise.all(this.servers.map((one) => this.kill(one)));
      await Promise.all(this.servers.map((one) => one.waitUntilUp()));
      return;
    }
    if (fault === 'stand still') {
      this.injected.serverFreezes += 1;
      server.freeze();
      await pause(random.between(...STILL_MS));
      server.thaw();
      return;
    }
    if (fault === 'terminate') {
      this.injected.serverTerms += 1;
      await server.end('SIGTERM');
    } else if (fault === 'hold up and kill') {
      await holdUpStoring(this.site.database, random.between(100, 1_500), () => this.kill(server));
    } else {
      await this.kill(server);
    }
    const comingUp = server.waitUntilUp();
    if (fault === 'kill twice') {
      // The second one meets it while it starts, or just after.
      await pause(random.between(100, 2_500));
      await this.kill(server);
      await comingUp;
      await server.waitUntilUp();
    }
    await comingUp;
  }

  private async kill(server: ServerUnderTest): Promise<void> {
    this.injected.serverKills += 1;
    await server.end('SIGKILL');
  }

  private async injectIntoPostgres(
    fault: (typeof POSTGRES_FAULTS)[number],
    random: Random,
  ): Promise<void> {
    if (fault === 'kill a backend') {
      this.injected.postgresKills += 1;
      // PostgreSQL cannot trust what such a one has left: it ends all the others, and recovers.
      await this.postgres.killBackend();
      return;
    }
    if (fault === 'stop') await this.postgres.stop();
    else await this.postgres.crash(fault === 'kill' ? 'SIGKILL' : 'SIGQUIT');
    this.injected[fault === 'stop' ? 'postgresStops' : 'postgresKills'] += 1;
    await pause(random.between(0, 3_000));
    await this.postgres.start();
  }

  private async injectIntoLinks(
    fault: (typeof LINK_FAULTS)[number],
    random: Random,
  ): Promise<void> {
    const share = random.between(0.05, 0.5);
    if (fault === 'backends') {
      this.injected.backends += await terminateBackends(this.site, share);
      return;
    }
    const backs = this.servers.map(({ back }) => back);
    for (const link of fault === 'clients' ? this.site.fronts : backs) {
      this.injected.cuts += link.cut(share, random);
    }
  }
}

/** Does it over and over, until it is time and it was done often enough. */
export async function work(
  until: number,
  least: number,
  fault: () => Promise<void>,
): Promise<void> {
  for (let done = 0; performance.now() < until || done < least; done += 1) await fault();
}

/** @returns how many; none while PostgreSQL is unavailable */
async function terminateBackends({ database }: Site, share: number): Promise<number> {
  const ended = await database
    .query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'qna-notifications' AND random() < $1`,
      [share],
    )
    .catch(() => []);
  return ended.length;
}
