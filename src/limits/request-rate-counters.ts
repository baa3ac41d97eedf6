import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { RedisConnection } from '../redis/redis.connection.js';
import { MemoryRateCounters } from './memory-rate-counters.js';
import { RedisRateCounters } from './redis-rate-counters.js';
import type { RateCounters, RateCounter } from './rate-counter.js';

/** Counts of requests: of all instances while Redis answers, otherwise of this one. */
@Injectable()
export class RequestRateCounters implements RateCounters {
  private readonly memory = new MemoryRateCounters();
  private readonly shared: RedisRateCounters;

  constructor(
    private readonly redis: RedisConnection,
    { redisPrefix }: Settings,
  ) {
    this.shared = new RedisRateCounters(redis, redisPrefix);
  }

  add(limit: string, key: string, windowMs: number): Promise<RateCounter> {
    return this.choose((counters) => counters.add(limit, key, windowMs));
  }

  read(limit: string, key: string): Promise<RateCounter> {
    return this.choose((counters) => counters.read(limit, key));
  }

  /** A limit that cannot be shared is better than a request that cannot be served. */
  private choose(count: (counters: RateCounters) => Promise<RateCounter>): Promise<RateCounter> {
    return this.redis.isReady
      ? count(this.shared).catch(() => count(this.memory))
      : count(this.memory);
  }
}
