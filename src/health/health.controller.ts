import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { Public } from '../http/access.decorator.js';
import { Readiness, type ReadinessReport } from './readiness.js';

const [UP, DOWN] = [{ database: { status: 'up' } }, { database: { status: 'down' } }];
const READY = { status: 'ok', info: UP, error: {}, details: UP };
const NOT_READY = { status: 'error', info: {}, error: DOWN, details: DOWN };

@ApiTags('health')
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process works; restart it when not' })
  @ApiOkResponse({ schema: { type: 'object', example: { status: 'ok' } } })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether to send requests here' })
  @ApiOkResponse({ schema: { type: 'object', example: READY } })
  @ApiServiceUnavailableResponse({ schema: { type: 'object', example: NOT_READY } })
  async ready(): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    if (report.status === 'error') throw new ServiceUnavailableException(report);
    return report;
  }
}
