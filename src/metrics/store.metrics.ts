import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { poolUse } from '../database/pool-use.js';
import { type Backlog, OutboxStore } from '../outbox/outbox-store.js';
import { RedisConnection } from '../redis/redis.connection.js';
import { MetricsRegistry } from './metrics.registry.js';

/** Milliseconds that a scrape waits for the database; what it does not say in time is left out. */
const PATIENCE_MS = 1_000;
/** Milliseconds for which an answer serves: several may scrape, each of them several metrics. */
const FRESH_MS = 1_000;

/** What waits in the database, and how the ways to database and Redis are used. */
@Injectable()
export class StoreMetrics {
  private backlog: Promise<Backlog | undefined> = Promise.resolve(undefined);
  private isAsking = false;
  private freshUntil = 0;

  constructor(
    registry: MetricsRegistry,
    private readonly outbox: OutboxStore,
    dataSource: DataSource,
    redis: RedisConnection,
  ) {
    // First: the question below would be counted among those that wait.
    const pool = (): ReturnType<typeof poolUse> => poolUse(dataSource);
    registry.gauge(
      'qna_database_pool_max_connections',
      'Most that the pool opens',
      () => pool().max,
    );
    registry.gauge('qna_database_pool_connections', 'Connections in the pool', () => pool().total);
    registry.gauge('qna_database_pool_idle_connections', 'Those nobody uses', () => pool().idle);
    registry.gauge('qna_database_pool_waiting', 'Who waits for a connection', () => pool().waiting);
    const asked = (of: (backlog: Backlog) => number) => async () => {
      const backlog = await this.ask();
      return backlog && of(backlog);
    };
    registry.gauge(
      'qna_outbox_waiting',
      'Committed events that some listener may not have heard yet',
      asked(({ waiting }) => waiting),
    );
    registry.gauge(
      'qna_outbox_oldest_age_seconds',
      'Age of the oldest of them; 0: there is none',
      asked(({ oldestSeconds }) => oldestSeconds),
    );
    registry.gauge(
      'qna_outbox_parked',
      'Events that were given up after too many failures: dead letters',
      asked(({ parked }) => parked),
    );
    registry.gauge(
      'qna_database_up',
      '1: the database answered this scrape within a second',
      async () => ((await this.ask()) ? 1 : 0),
    );
    registry.gauge('qna_redis_up', '1: Redis works; absent: there is none', () =>
      redis.isConfigured ? Number(redis.isReady) : undefined,
    );
  }

  /** One question at a time, however many ask; undefined when there is no answer in time. */
  private async ask(): Promise<Backlog | undefined> {
    if (!this.isAsking && performance.now() > this.freshUntil) {
      this.isAsking = true;
      this.backlog = this.outbox
        .backlog()
        .catch(() => undefined)
        .finally(() => {
          this.isAsking = false;
          this.freshUntil = performance.now() + FRESH_MS;
        });
    }
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    });
    return Promise.race([this.backlog, patience]).finally(() => clearTimeout(timer));
  }
}
