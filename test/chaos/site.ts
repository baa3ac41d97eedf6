import type { TestDatabase } from '../support/database.js';
import { JWT_SECRET } from '../support/server-process.js';
import { Victim } from './victim.js';
import type { Wire } from './wire.js';

/** What every server gets. */
export const ENVIRONMENT = {
  JWT_SECRET,
  SHUTDOWN_SECONDS: '4',
  SSE_HEARTBEAT_SECONDS: '1',
  // On a fast machine more than the default may happen while somebody is away, and to be told to
  // fetch the list would then be no failure.
  SSE_REPLAY_LIMIT: '20000',
  RATE_LIMIT: 'off',
};

/** Where the crowd goes, and what the saboteur may hurt. */
export class Site {
  protected constructor(
    readonly database: TestDatabase,
    readonly victims: Victim[],
    readonly streamsUrl: string,
    readonly requestsUrl: string,
    /** Between the crowd and whoever answers it. */
    readonly fronts: Wire[],
    /** How the crowd gets there. */
    readonly fetch: typeof globalThis.fetch,
  ) {}

  /**
   * Servers on one database. With several, streams are at the first and requests go to the last, so
   * that nothing but the table tells the one what the other has done.
   */
  static async open(
    database: TestDatabase,
    { servers = 1, environment = {} }: { servers?: number; environment?: Record<string, string> },
  ): Promise<Site> {
    const all = { ...ENVIRONMENT, ...environment };
    const victims = await Promise.all(
      Array.from({ length: servers }, () => Victim.start(database.url, all)),
    );
    const fronts = victims.map(({ front }) => front);
    return new Site(database, victims, victims[0]!.url, victims.at(-1)!.url, fronts, fetch);
  }

  get faults(): string[] {
    return this.victims.flatMap(({ faults }) => faults);
  }

  async close(): Promise<void> {
    await Promise.all(this.victims.map((victim) => victim.remove()));
  }
}
