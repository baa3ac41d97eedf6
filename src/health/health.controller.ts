import { Controller, Get } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import {
  HealthCheckService,
  type HealthCheckResult,
  TypeOrmHealthIndicator,
} from '@nestjs/terminus';
import { Public } from '../http/access.decorator.js';
import { DrainingIndicator } from './draining.indicator.js';
import { MigrationsIndicator } from './migrations.indicator.js';
import { RedisIndicator } from './redis.indicator.js';

/** Milliseconds after which a database that does not answer counts as down. */
const DATABASE_TIMEOUT_MS = 1_500;

const UP = { status: 'ok', info: { database: { status: 'up' } }, error: {} };
const DOWN = { status: 'error', info: {}, error: { database: { status: 'down' } } };

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

  @Get('live')
  @ApiOperation({ summary: 'Whether the process works; restart it when not' })
  @ApiOkResponse({ schema: { type: 'object', example: { status: 'ok' } } })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether to send requests here' })
  @ApiOkResponse({ schema: { type: 'object', example: UP } })
  @ApiServiceUnavailableResponse({ schema: { type: 'object', example: DOWN } })
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.draining.check(),
      () => this.database.pingCheck('database', { timeout: DATABASE_TIMEOUT_MS }),
      () => this.migrations.check(),
      () => this.redis.check(),
    ]);
  }
}
