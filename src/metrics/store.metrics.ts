import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { poolUse } from '../database/pool-use.js';
import { type Backlog, OutboxBacklog } from '../outbox/outbox-backlog.js';
import { RedisConnection } from '../redis/redis.connection.js';
import { MetricsRegistry } from './metrics.registry.js';
import { SharedReading } from './shared-reading.js';

/** Milliseconds for which an answer serves: several may scrape, each of them several metrics. */
const FRESH_MS = 1_000;

/** What waits in the database, and how the ways to database and Redis are used. */
@Injectable()
export class StoreMetrics {
  constructor(
    registry: MetricsRegistry,
    outbox: OutboxBacklog,
    dataSource: DataSource,
    redis: RedisConnection,
  ) {
    // First: the question below would be counted among those that wait.
    addPool(registry, dataSource);
    const backlog = new SharedReading(() => outbox.read(), FRESH_MS);
    addBacklog(registry, backlog);
    registry.gauge(
      'qna_database_up',
      '1: the database answered this scrape within a second',
      async () => ((await backlog.value()) ? 1 : 0),
    );
    registry.gauge('qna_redis_up', '1: Redis works; absent: there is none', () =>
      redis.isConfigured ? Number(redis.isReady) : undefined,
    );
  }
}

function addPool(registry: MetricsRegistry, dataSource: DataSource): void {
  const pool = (): ReturnType<typeof poolUse> => poolUse(dataSource);
  registry.gauge('qna_database_pool_max_connections', 'Most that the pool opens', () => pool().max);
  registry.gauge('qna_database_pool_connections', 'Connections in the pool', () => pool().total);
  registry.gauge('qna_database_pool_idle_connections', 'Those nobody uses', () => pool().idle);
  registry.gauge('qna_database_pool_waiting', 'Who waits for a connection', () => pool().waiting);
}

const BACKLOG: [name: string, help: string, of: (backlog: Backlog) => number][] = [
  [
    'qna_outbox_waiting',
    'Committed events that some listener may not have processed yet',
    ({ waiting }) => waiting,
  ],
  [
    'qna_outbox_oldest_age_seconds',
    'How long the oldest of them is late, without those that fail or have no listener; 0: there is none',
    ({ oldestSeconds }) => oldestSeconds,
  ],
  [
    'qna_outbox_failing',
    'Events whose listeners failed and are tried again; outages are not counted',
    ({ failing }) => failing,
  ],
  [
    'qna_outbox_without_listener',
    'Events that no running version listens to',
    ({ withoutListener }) => withoutListener,
  ],
  [
    'qna_outbox_dead_lettered',
    'Events that are dead-lettered after too many failures',
    ({ deadLettered }) => deadLettered,
  ],
];

function addBacklog(registry: MetricsRegistry, backlog: SharedReading<Backlog>): void {
  for (const [name, help, of] of BACKLOG) {
    registry.gauge(name, help, async () => {
      const read = await backlog.value();
      return read && of(read);
    });
  }
}
