import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { RedisConnection } from '../redis/redis.connection.js';
import { MemoryTallies } from './memory-tallies.js';
import { RedisTallies } from './redis-tallies.js';
import type { Tallies, Tally } from './tally.js';

/** Counts of requests: of all instances while Redis answers, otherwise of this one. */
@Injectable()
export class RequestTallies implements Tallies {
  private readonly memory = new MemoryTallies();
  private readonly shared: RedisTallies;

  constructor(
    private readonly redis: RedisConnection,
    { redisPrefix }: Settings,
  ) {
    this.shared = new RedisTallies(redis, redisPrefix);
  }

  add(limit: string, key: string, windowMs: number): Promise<Tally> {
    return this.choose((tallies) => tallies.add(limit, key, windowMs));
  }

  look(limit: string, key: string): Promise<Tally> {
    return this.choose((tallies) => tallies.look(limit, key));
  }

  /** A limit that cannot be shared is better than a request that cannot be served. */
  private choose(count: (tallies: Tallies) => Promise<Tally>): Promise<Tally> {
    return this.redis.isReady
      ? count(this.shared).catch(() => count(this.memory))
      : count(this.memory);
  }
}
