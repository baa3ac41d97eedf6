import type { TestDatabase } from '../support/database.js';
import { JWT_SECRET } from '../support/server-process.js';
import { ServerUnderTest } from './server-under-test.js';
import type { Link } from './link.js';

/** What every server gets. */
export const ENVIRONMENT = {
  JWT_SECRET,
  SHUTDOWN_SECONDS: '4',
  SSE_HEARTBEAT_SECONDS: '1',
  // On a fast machine more than the default may happen while a tab is disconnected, and an order to
  // fetch the list would then be no failure.
  SSE_REPLAY_LIMIT: '20000',
  RATE_LIMIT: 'off',
};

/** Where the load goes, and what the injector may disturb. */
export class Site {
  protected constructor(
    readonly database: TestDatabase,
    readonly servers: ServerUnderTest[],
    readonly streamsUrl: string,
    readonly requestsUrl: string,
    /** Between the load and whoever answers it. */
    readonly fronts: Link[],
    /** How the load gets there. */
    readonly fetch: typeof globalThis.fetch,
  ) {}

  /**
   * Servers on one database. With several, streams are at the first and requests go to the last, so
   * that nothing but the table tells the one what the other has done.
   */
  static async open(
    database: TestDatabase,
    {
      serverCount = 1,
      environment = {},
    }: { serverCount?: number; environment?: Record<string, string> },
  ): Promise<Site> {
    const all = { ...ENVIRONMENT, ...environment };
    const servers = await Promise.all(
      Array.from({ length: serverCount }, () => ServerUnderTest.start(database.url, all)),
    );
    const fronts = servers.map(({ front }) => front);
    return new Site(database, servers, servers[0]!.url, servers.at(-1)!.url, fronts, fetch);
  }

  get failures(): string[] {
    return this.servers.flatMap(({ failures }) => failures);
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.remove()));
  }
}
