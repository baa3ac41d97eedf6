import type { TestDatabase } from '../support/database.js';
import { freePort } from '../../testing/free-port.mjs';
import { NginxProcess } from '../support/nginx-process.js';
import { RedisProcess } from '../support/redis-process.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { trustingFetch } from '../support/trusting-fetch.js';
import { ENVIRONMENT, Site } from './site.js';
import { ServerUnderTest } from './server-under-test.js';
import { Link } from './link.js';

/** Three servers behind nginx as it is deployed, on one PostgreSQL and one Redis. */
export class ClusterSite extends Site {
  private nginx: NginxProcess;
  redis: RedisProcess;
  /** Each server's own way to Redis. */
  ways: TcpProxy[];

  /** @param environment more that the servers get */
  static async openCluster(
    database: TestDatabase,
    {
      serverCount = 3,
      environment = {},
    }: { serverCount?: number; environment?: Record<string, string> },
  ): Promise<ClusterSite> {
    const redis = await RedisProcess.start();
    const ways = await Promise.all(
      Array.from({ length: serverCount }, () => TcpProxy.to(redis.url)),
    );
    const servers = await Promise.all(
      ways.map(async ({ url }) => {
        // nginx knows them by their addresses, which they keep.
        const given = { REDIS_URL: url, TRUST_PROXY: 'loopback', PORT: String(await freePort()) };
        return ServerUnderTest.start(database.url, { ...ENVIRONMENT, ...given, ...environment });
      }),
    );
    const nginx = await NginxProcess.start(servers.map(({ ownUrl }) => ownUrl));
    const door = await Link.start(Number(new URL(nginx.url).port));
    const url = `https://localhost:${door.port}`;
    const site = new ClusterSite(database, servers, url, url, [door], trustingFetch(nginx.ca));
    return Object.assign(site, { nginx, redis, ways });
  }

  override async close(): Promise<void> {
    await Promise.all(this.fronts.map((link) => link.close()));
    await this.nginx.stop();
    await super.close();
    await Promise.all(this.ways.map((way) => way.close()));
    await this.redis.drop();
  }
}
