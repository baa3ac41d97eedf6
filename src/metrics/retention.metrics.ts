import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { notificationsRemoved, retentionSucceeded } from '../telemetry/signals.js';
import { Listener } from './listener.js';
import { MetricsRegistry } from './metrics.registry.js';

/** What retention removes, and whether it still works. */
@Injectable()
export class RetentionMetrics extends Listener {
  private succeededAt: number | undefined;

  constructor(registry: MetricsRegistry) {
    super();
    const removed = new Counter({
      name: 'qna_retention_removed_total',
      help: 'Read notifications that retention has removed',
      ...registry.options,
    });
    registry.gauge(
      'qna_retention_last_success_timestamp_seconds',
      'When this instance last removed all that was due; absent: not since its start',
      () => this.succeededAt,
    );
    if (!registry.isOpen) return;
    this.on(notificationsRemoved, ({ count }) => removed.inc(count));
    this.on(retentionSucceeded, ({ at }) => (this.succeededAt = at / 1_000));
  }
}
