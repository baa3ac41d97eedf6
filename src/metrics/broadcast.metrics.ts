import { Injectable } from '@nestjs/common';
import { Broadcaster } from '../notification/broadcast/broadcaster.js';
import { MetricsRegistry } from './metrics.registry.js';

/** Messages between instances. Absent without Redis. */
@Injectable()
export class BroadcastMetrics {
  constructor(registry: MetricsRegistry, broadcaster: Broadcaster) {
    registry.counter(
      'qna_broadcast_sent_total',
      'Changes that were sent to other instances',
      () => broadcaster.traffic?.sent,
    );
    registry.counter(
      'qna_broadcast_dropped_total',
      'Changes that were not sent, because Redis was unavailable or slow: the sweeps of other instances find them',
      () => broadcaster.traffic?.dropped,
    );
    registry.counter(
      'qna_broadcast_received_total',
      'Messages received from Redis',
      () => broadcaster.traffic?.received,
    );
    registry.gauge(
      'qna_broadcast_unsent',
      'Messages being sent to Redis',
      () => broadcaster.traffic?.unsent,
    );
  }
}
