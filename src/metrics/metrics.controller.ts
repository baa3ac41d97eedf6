import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { Public } from '../http/access.decorator.js';
import { ApiError } from '../http/api-errors.decorator.js';
import { MetricsGuard } from './metrics.guard.js';
import { MetricsRegistry } from './metrics.registry.js';

const EXAMPLE = `# HELP qna_sse_streams Open streams
# TYPE qna_sse_streams gauge
qna_sse_streams 42
`;

@ApiTags('metrics')
@Public()
@UseGuards(MetricsGuard)
@Controller('metrics')
export class MetricsController {
  constructor(private readonly registry: MetricsRegistry) {}

  @Get()
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Measurements for Prometheus',
    description:
      'Needs METRICS_TOKEN as a bearer token when it is set. In production, not set: not found.',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' }, example: EXAMPLE } } })
  @ApiError(401, 'The token of the metrics is needed')
  @ApiError(404, 'Cannot GET /metrics')
  read(): Promise<string> {
    return this.registry.all.metrics();
  }
}
