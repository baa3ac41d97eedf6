import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../http/access.decorator.js';
import { LivenessDto, ReadinessDto } from './dto/health.dto.js';
import { Readiness } from './readiness.js';

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
  constructor(private readonly readiness: Readiness) {}

  /** Whether the process works; restart it when not. */
  @Get('live')
  live(): LivenessDto {
    return { status: 'ok' };
  }

  /** Whether to send requests here. */
  @Get('ready')
  @ApiOkResponse({ type: ReadinessDto, example: UP })
  @ApiServiceUnavailableResponse({ type: ReadinessDto, example: DOWN })
  async ready(): Promise<ReadinessDto> {
    const report = await this.readiness.report();
    if (report.status === 'error') throw new ServiceUnavailableException(report);
    return report;
  }
}
