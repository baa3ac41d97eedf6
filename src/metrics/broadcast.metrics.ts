import { Injectable } from '@nestjs/common';
import { Broadcaster } from '../notification/broadcast/broadcaster.js';
import { MetricsRegistry } from './metrics.registry.js';

/** Messages between instances. Absent where there is but one. */
@Injectable()
export class BroadcastMetrics {
  constructor(registry: MetricsRegistry, broadcaster: Broadcaster) {
    registry.counter(
      'qna_broadcast_sent_total',
      'Changes that other instances were told of',
      () => broadcaster.traffic?.sent,
    );
    registry.counter(
      'qna_broadcast_dropped_total',
      'Changes they were not told of, for Redis was away or slow: their sweeps find them',
      () => broadcaster.traffic?.dropped,
    );
    registry.counter(
      'qna_broadcast_heard_total',
      'Messages that came from Redis',
      () => broadcaster.traffic?.heard,
    );
    registry.gauge(
      'qna_broadcast_unsent',
      'Messages on their way to Redis',
      () => broadcaster.traffic?.unsent,
    );
  }
}
