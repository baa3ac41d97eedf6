import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { Shutdown } from '../shutdown/shutdown.js';

/** Down once this process shuts down, so that a load balancer passes it over. */
@Injectable()
export class DrainingIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly shutdown: Shutdown,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('process');
    return this.shutdown.isDraining ? indicator.down('shutting down') : indicator.up();
  }
}
