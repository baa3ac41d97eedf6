import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { Settings } from '../config/settings.js';

/** They list every open socket: with tens of thousands of streams a scrape would be felt. */
const TOO_DEAR = ['nodejs_active_resources', 'nodejs_active_handles', 'nodejs_active_requests'];

/**
 * The metrics of this process. Nothing is measured where nobody may look. Those of Node.js have the
 * names that every dashboard for Node.js knows, without a prefix; ours begin with `qna_`.
 */
@Injectable()
export class MetricsRegistry {
  readonly all = new Registry();
  readonly isOpen: boolean;

  constructor({ nodeEnv, metricsToken }: Settings) {
    this.isOpen = metricsToken !== undefined || nodeEnv !== 'production';
    if (!this.isOpen) return;
    collectDefaultMetrics({ register: this.all });
    for (const name of TOO_DEAR) {
      for (const each of [name, `${name}_total`]) this.all.removeSingleMetric(each);
    }
  }

  /** What a metric is made with, beside its own. */
  get options(): { registers: Registry[] } {
    return { registers: [this.all] };
  }

  /** @param read is asked at each scrape; undefined: the metric is absent, for an old value would look good */
  gauge(name: string, help: string, read: () => Reading): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      ...this.options,
      collect: async () => {
        const value = await read();
        if (value === undefined) gauge.remove();
        else gauge.set(value);
      },
    });
  }

  /** @param read of what is counted elsewhere, as {@link gauge} */
  counter(name: string, help: string, read: () => number | undefined): void {
    const counter: Counter = new Counter({
      name,
      help,
      ...this.options,
      collect: () => {
        const value = read();
        counter.remove();
        if (value !== undefined) counter.inc(value);
      },
    });
  }
}

type Reading = number | undefined | Promise<number | undefined>;
