import { Broadcaster } from '../../src/notification/broadcast/broadcaster.js';
import { RedisBroadcaster } from '../../src/notification/broadcast/redis.broadcaster.js';
import { StreamSweep } from '../../src/notification/stream/stream.sweep.js';
import { RedisConnection } from '../../src/redis/redis.connection.js';
import { startApp, type TestApp } from './app.js';
import { createDatabase, type TestDatabase } from './database.js';
import { closeStreams } from './event-stream.js';
import { until } from './until.js';

/** Several instances on one database. */
export class Cluster {
  private constructor(
    readonly instances: TestApp[],
    readonly database: TestDatabase,
  ) {}

  /**
   * @param redisUrls one an instance, as each gets there on a way of its own
   * @param environment more that all of them get
   */
  static async start(
    redisUrls: string[],
    environment: Record<string, string> = {},
  ): Promise<Cluster> {
    const database = await createDatabase();
    const starting = redisUrls.map((REDIS_URL) =>
      startApp({ REDIS_URL, ...environment }, database),
    );
    return new Cluster(await Promise.all(starting), database);
  }

  /** Resolves when each has its connections. */
  async ready(): Promise<void> {
    await Promise.all(this.instances.map((app) => until(() => connectionOf(app).isReady)));
  }

  async stop(): Promise<void> {
    closeStreams();
    await Promise.all(this.instances.map((app) => app.stop()));
    await this.database.drop();
  }
}

export function connectionOf({ app }: TestApp): RedisConnection {
  return app.get(RedisConnection);
}

export function broadcasterOf({ app }: TestApp): RedisBroadcaster {
  return app.get<RedisBroadcaster>(Broadcaster);
}

/** From now on it sweeps after an outage alone: what streams see otherwise came by Redis. */
export function stopSweepingByTheClock({ app }: TestApp): void {
  void app.get(StreamSweep).onModuleDestroy();
}
