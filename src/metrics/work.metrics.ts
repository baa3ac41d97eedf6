import { Injectable } from '@nestjs/common';
import { Histogram } from 'prom-client';
import { batchRun } from '../telemetry/signals.js';
import { Listener } from './listener.js';
import { MetricsRegistry } from './metrics.registry.js';

const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** How many requests share a statement. */
@Injectable()
export class WorkMetrics extends Listener {
  private readonly known = new Map<string, Histogram.Internal<string>>();

  constructor({ isOpen, options }: MetricsRegistry) {
    super();
    const sizes = new Histogram({
      name: 'qna_batch_size',
      help: 'Requests that were done in one statement, by what they want',
      labelNames: ['batch'],
      buckets: SIZES,
      ...options,
    });
    if (!isOpen) return;
    this.on(batchRun, ({ name, size }) => {
      let ofName = this.known.get(name);
      if (!ofName) this.known.set(name, (ofName = sizes.labels(name)));
      ofName.observe(size);
    });
  }
}
