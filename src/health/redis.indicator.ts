import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { RedisConnection } from '../redis/redis.connection.js';

/** Never down: without Redis other instances are told later, and that is no reason to send nobody here. */
@Injectable()
export class RedisIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly redis: RedisConnection,
  ) {}

  check(): HealthIndicatorResult {
    const { isConfigured, isReady } = this.redis;
    return this.indicators
      .check('redis')
      .up({ configured: isConfigured, degraded: isConfigured && !isReady });
  }
}
