import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import {
  HealthCheckService,
  type HealthCheckResult,
  TypeOrmHealthIndicator,
} from '@nestjs/terminus';
import { Public } from '../http/access.decorator.js';
import { LivenessDto, ReadinessDto } from './dto/health.dto.js';
import { DrainingIndicator } from './draining.indicator.js';
import { MigrationsIndicator } from './migrations.indicator.js';
import { RedisIndicator } from './redis.indicator.js';

/** Milliseconds after which a database that does not answer counts as down. */
const DATABASE_TIMEOUT_MS = 1_500;

const up = { status: 'up' };
const down = { status: 'down' };
const REST = { process: up, migrations: up };
const READY = { ...REST, database: up };

const UP = { status: 'ok', info: READY, error: {}, details: READY };
const DOWN = {
  status: 'error',
  info: REST,
  error: { database: down },
  details: { ...REST, database: down },
};

@ApiTags('health')
@Public()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly draining: DrainingIndicator,
    private readonly migrations: MigrationsIndicator,
    private readonly redis: RedisIndicator,
  ) {}

  /** Whether the process works; restart it when not. */
  @Get('live')
  live(): LivenessDto {
    return { status: 'ok' };
  }

  /** Whether to send requests here. */
  @Get('ready')
  @ApiOkResponse({ type: ReadinessDto, example: UP })
  @ApiServiceUnavailableResponse({ type: ReadinessDto, example: DOWN })
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.draining.check(),
      () => this.database.pingCheck('database', { timeout: DATABASE_TIMEOUT_MS }),
      () => this.migrations.check(),
      () => this.redis.check(),
    ]);
  }
}
