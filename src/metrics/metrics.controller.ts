import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { Public } from '../http/access.decorator.js';
import { MetricsGuard } from './metrics.guard.js';
import { MetricsRegistry } from './metrics.registry.js';

const EXAMPLE = `# HELP qna_sse_streams Open streams
# TYPE qna_sse_streams gauge
qna_sse_streams 42
`;

@ApiTags('metrics')
@ApiSecurity({})
@ApiSecurity('metrics_token')
@Public()
@UseGuards(MetricsGuard)
@Controller('metrics')
export class MetricsController {
  constructor(private readonly registry: MetricsRegistry) {}

  /**
   * Measurements for Prometheus.
   * @remarks Needs METRICS_TOKEN as a bearer token where it is set. In production, without it, not found.
   * @throws {401} The token of the metrics is needed
   * @throws {404} Cannot GET /metrics
   */
  @Get()
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  @Header('Cache-Control', 'no-store')
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' }, example: EXAMPLE } } })
  read(): Promise<string> {
    return this.registry.all.metrics();
  }
}
