import { setTimeout as pause } from 'node:timers/promises';
import type { PostgresProcess } from '../support/postgres-process.js';
import { holdUpStoring } from './hold-up.js';
import type { Random } from './random.js';
import type { Site } from './site.js';
import type { Victim } from './victim.js';

type ServerDeed =
  'kill' | 'kill twice' | 'hold up and kill' | 'terminate' | 'kill all' | 'stand still';

/** What a saboteur sets out to do. */
export interface Plan {
  /** What is done at least, however short the time. */
  least: { server: number; postgres: number; wires: number };
  /** To servers, each once before any comes again. */
  serverDeeds: readonly ServerDeed[];
}

const AGAINST_ONE: Plan = {
  least: { server: 11, postgres: 4, wires: 20 },
  serverDeeds: ['kill', 'kill', 'kill', 'kill', 'kill twice', 'hold up and kill', 'terminate'],
};
/** Milliseconds that a server stands still. */
const STILL_MS = [500, 3_000] as const;

const POSTGRES_DEEDS = ['kill', 'kill a backend', 'stop at once', 'stop'] as const;
const WIRE_DEEDS = ['clients', 'clients', 'clients', 'database', 'database', 'backends'] as const;

/** What was done, by its name. */
export type Deeds = Record<
  | 'serverKills'
  | 'serverTerms'
  | 'serverFreezes'
  | 'postgresKills'
  | 'postgresStops'
  | 'backends'
  | 'cuts',
  number
>;

/** Hurts a site with three hands at once: its servers, its PostgreSQL, and what connects them. */
export class Saboteur {
  readonly deeds: Deeds = {
    serverKills: 0,
    serverTerms: 0,
    serverFreezes: 0,
    postgresKills: 0,
    postgresStops: 0,
    backends: 0,
    cuts: 0,
  };
  private readonly hands: Random[];
  private readonly victims: Victim[];

  constructor(
    private readonly site: Site,
    private readonly postgres: PostgresProcess,
    random: Random,
    private readonly plan: Plan = AGAINST_ONE,
  ) {
    this.hands = [random.fork(), random.fork(), random.fork()];
    this.victims = site.victims;
  }

  /** Goes on for so long, and until the least was done. Resolves when all it ended is up again. */
  async rage(seconds: number): Promise<void> {
    const until = performance.now() + seconds * 1_000;
    const [server, postgres, wires] = this.hands as [Random, Random, Random];
    const { least, serverDeeds: cards } = this.plan;
    const serverDeeds = server.deal(cards);
    const postgresDeeds = postgres.deal(POSTGRES_DEEDS);
    const wireDeeds = wires.deal(WIRE_DEEDS);
    await Promise.all([
      work(until, least.server, async () => {
        await pause(server.between(100, 2_500));
        await this.hurtServer(serverDeeds.next().value, server.pick(this.victims), server);
      }),
      work(until, least.postgres, async () => {
        await pause(postgres.between(2_000, 10_000));
        await this.hurtPostgres(postgresDeeds.next().value, postgres);
      }),
      work(until, least.wires, async () => {
        await pause(wires.between(100, 1_500));
        await this.hurtWires(wireDeeds.next().value, wires);
      }),
    ]);
  }

  /** Just before the end: answers that are on their way are lost, and nothing comes after them. */
  lastBlow(): void {
    for (const { back } of this.victims) this.deeds.cuts += back.cut(1, this.hands[2]!);
  }

  private async hurtServer(deed: ServerDeed, victim: Victim, random: Random): Promise<void> {
    if (deed === 'kill all') {
      await Promise.all(this.victims.map((one) => this.kill(one)));
      await Promise.all(this.victims.map((one) => one.comeUp()));
      return;
    }
    if (deed === 'stand still') {
      this.deeds.serverFreezes += 1;
      victim.freeze();
      await pause(random.between(...STILL_MS));
      victim.thaw();
      return;
    }
    if (deed === 'terminate') {
      this.deeds.serverTerms += 1;
      await victim.end('SIGTERM');
    } else if (deed === 'hold up and kill') {
      await holdUpStoring(this.site.database, random.between(100, 1_500), () => this.kill(victim));
    } else {
      await this.kill(victim);
    }
    const comingUp = victim.comeUp();
    if (deed === 'kill twice') {
      // The second one meets it while it starts, or just after.
      await pause(random.between(100, 2_500));
      await this.kill(victim);
      await comingUp;
      await victim.comeUp();
    }
    await comingUp;
  }

  private async kill(victim: Victim): Promise<void> {
    this.deeds.serverKills += 1;
    await victim.end('SIGKILL');
  }

  private async hurtPostgres(deed: (typeof POSTGRES_DEEDS)[number], random: Random): Promise<void> {
    if (deed === 'kill a backend') {
      this.deeds.postgresKills += 1;
      // PostgreSQL cannot trust what such a one has left: it ends all the others, and recovers.
      await this.postgres.killBackend();
      return;
    }
    if (deed === 'stop') await this.postgres.stop();
    else await this.postgres.crash(deed === 'kill' ? 'SIGKILL' : 'SIGQUIT');
    this.deeds[deed === 'stop' ? 'postgresStops' : 'postgresKills'] += 1;
    await pause(random.between(0, 3_000));
    await this.postgres.start();
  }

  private async hurtWires(deed: (typeof WIRE_DEEDS)[number], random: Random): Promise<void> {
    const share = random.between(0.05, 0.5);
    if (deed === 'backends') {
      this.deeds.backends += await terminateBackends(this.site, share);
      return;
    }
    const backs = this.victims.map(({ back }) => back);
    for (const wire of deed === 'clients' ? this.site.fronts : backs) {
      this.deeds.cuts += wire.cut(share, random);
    }
  }
}

/** Does it over and over, until it is time and it was done often enough. */
export async function work(until: number, least: number, deed: () => Promise<void>): Promise<void> {
  for (let done = 0; performance.now() < until || done < least; done += 1) await deed();
}

/** @returns how many; none while PostgreSQL is away */
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
