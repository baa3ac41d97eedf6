import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { RequestRateCounters } from './request-rate-counters.js';

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Counts for the guard. */
@Injectable()
export class LimitStorage implements ThrottlerStorage {
  constructor(private readonly counters: RequestRateCounters) {}

  async increment(
    key: string,
    ttl: number,
    limit: number,
    _blockDuration: number,
    name: string,
  ): Promise<ThrottlerRecord> {
    const { count, endsInMs } = await this.counters.add(name, key, ttl);
    const timeToExpire = Math.ceil(endsInMs / 1_000);
    return {
      totalHits: count,
      isBlocked: count > limit,
      timeToExpire,
      timeToBlockExpire: timeToExpire,
    };
  }
}
