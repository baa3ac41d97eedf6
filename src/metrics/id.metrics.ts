import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { idUsage } from '../database/id-usage.js';
import { MetricsRegistry } from './metrics.registry.js';
import { SharedReading } from './shared-reading.js';

/** Milliseconds for which a reading serves: ids run out over months. */
const FRESH_MS = 60_000;

/** How far the columns are used that number their rows. */
@Injectable()
export class IdMetrics {
  constructor({ options }: MetricsRegistry, dataSource: DataSource) {
    const usage = new SharedReading(() => idUsage(dataSource), FRESH_MS);
    const gauge: Gauge = new Gauge({
      name: 'qna_id_used_ratio',
      help: 'How far a SERIAL or identity column is used, 0 to 1; read once a minute',
      labelNames: ['column'],
      ...options,
      collect: async () => {
        const read = (await usage.value()) ?? [];
        gauge.reset();
        for (const { column, ratio } of read) gauge.set({ column }, ratio);
      },
    });
  }
}
