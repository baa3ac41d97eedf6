import type { RedisConnection } from '../redis/redis.connection.js';
import type { RateCounters, RateCounter } from './rate-counter.js';

/** In one step: a count without an end would never be forgotten. */
const ADD = `local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}`;

const LOOK = `return {tonumber(redis.call('GET', KEYS[1]) or 0), redis.call('PTTL', KEYS[1])}`;

/** Counts of all instances together. Everything rejects, at once or after a moment, while Redis is away. */
export class RedisRateCounters implements RateCounters {
  /** @param prefix before every key */
  constructor(
    private readonly redis: RedisConnection,
    private readonly prefix: string,
  ) {}

  add(limit: string, key: string, windowMs: number): Promise<RateCounter> {
    return this.run(ADD, limit, key, [String(windowMs)]);
  }

  read(limit: string, key: string): Promise<RateCounter> {
    return this.run(LOOK, limit, key, []);
  }

  private async run(
    script: string,
    limit: string,
    key: string,
    values: string[],
  ): Promise<RateCounter> {
    const reply = await this.redis.ask((client) =>
      client.eval(script, { keys: [`${this.prefix}limit:${limit}:${key}`], arguments: values }),
    );
    const [count, endsInMs] = reply as [number, number];
    return { count, endsInMs: Math.max(endsInMs, 0) };
  }
}
