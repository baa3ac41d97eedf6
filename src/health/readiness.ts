import { Injectable, Logger, ServiceUnavailableException } from '@nestjs/common';
import {
  HealthCheckService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { DatabaseIndicator } from './database.indicator.js';
import { DrainingIndicator } from './draining.indicator.js';
import { MigrationsIndicator } from './migrations.indicator.js';
import { RedisIndicator } from './redis.indicator.js';

type Part = [name: string, part: HealthIndicatorResult[string]];
type Parts = Record<string, { status: 'up' | 'down' }>;

/** Names of parts, and whether each is up. Nothing else: anybody may read it. */
export interface ReadinessReport {
  status: 'ok' | 'error';
  /** Parts that do not keep requests from this instance. */
  info: Parts;
  /** Parts that do: no request should be sent here. */
  error: Parts;
  details: Parts;
}

/** Whether to send requests here. Why not is written to the log, once per change of a part. */
@Injectable()
export class Readiness {
  private readonly logger = new Logger(Readiness.name);
  /** Parts that were down at the last check. */
  private readonly down = new Set<string>();

  constructor(
    private readonly health: HealthCheckService,
    private readonly draining: DrainingIndicator,
    private readonly database: DatabaseIndicator,
    private readonly migrations: MigrationsIndicator,
    private readonly redis: RedisIndicator,
  ) {}

  async report(): Promise<ReadinessReport> {
    const parts = Object.entries((await this.check()).details);
    for (const [name, part] of parts) this.record(name, part);
    const isDown = ([, { status }]: Part): boolean => status === 'down';
    return {
      status: parts.some(isDown) ? 'error' : 'ok',
      info: statusesOf(parts.filter((part) => !isDown(part))),
      error: statusesOf(parts.filter(isDown)),
      details: statusesOf(parts),
    };
  }

  private check(): Promise<HealthCheckResult> {
    return this.health
      .check([
        () => this.draining.check(),
        () => this.database.check(),
        () => this.migrations.check(),
        () => this.redis.check(),
      ])
      .catch((failure: unknown) => {
        if (!(failure instanceof ServiceUnavailableException)) throw failure;
        return failure.getResponse() as HealthCheckResult;
      });
  }

  /** Probes come every few seconds: a line for each would hide everything else. */
  private record(name: string, { status, message }: HealthIndicatorResult[string]): void {
    if (status === 'down' && !this.down.has(name)) {
      this.down.add(name);
      this.logger.warn(`Not ready, ${name} is down: ${String(message)}`);
    } else if (status !== 'down' && this.down.delete(name)) {
      this.logger.log(`${name} is up again`);
    }
  }
}

function statusesOf(parts: Part[]): Parts {
  return Object.fromEntries(
    parts.map(([name, { status }]) => [name, { status: status === 'up' ? 'up' : 'down' }]),
  );
}
