import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { RedisConnection } from '../redis/redis.connection.js';

/**
 * Degraded, never down: without Redis other instances are notified later, which is no reason to send
 * requests elsewhere. Absent where `REDIS_URL` is not set.
 */
@Injectable()
export class RedisIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly redis: RedisConnection,
  ) {}

  check(): HealthIndicatorResult {
    const { isConfigured, isReady } = this.redis;
    if (!isConfigured) return {};
    const indicator = this.indicators.check('redis');
    return isReady ? indicator.up() : indicator.degraded();
  }
}
