import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { ConnectionRegistry } from '../notification/stream/connection-registry.js';
import type { StreamEnd } from '../telemetry/request-record.js';
import {
  epochMs,
  eventsReplayed,
  type FrameWritten,
  frameWritten,
  requestEnded,
  streamOpened,
  sweepFound,
} from '../telemetry/signals.js';
import { Listener } from './listener.js';
import { MetricsRegistry } from './metrics.registry.js';

const TYPES = ['connected', 'notification', 'read', 'heartbeat', 'expired'];
const ENDS: StreamEnd[] = ['expired', 'revoked', 'displaced', 'draining', 'slow', 'behind', 'left'];
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Streams, and what is written to them. */
@Injectable()
export class StreamMetrics extends Listener {
  private readonly written: Map<string, Counter.Internal>;
  private readonly delivery: Histogram;

  constructor(registry: MetricsRegistry, connections: ConnectionRegistry) {
    super();
    const { isOpen, options } = registry;
    registry.gauge('qna_sse_streams', 'Open streams', () => connections.size);
    registry.gauge('qna_sse_users', 'Users who have streams open', () => connections.userCount);
    this.delivery = new Histogram({
      name: 'qna_sse_delivery_seconds',
      help: 'From the commit of what happened to the write of its event, for each stream',
      buckets: SECONDS,
      ...options,
    });
    const events = new Counter({
      name: 'qna_sse_events_written_total',
      help: 'Events that were handed to the connection of a stream, by type',
      labelNames: ['type'],
      ...options,
    });
    this.written = fromZero(events, TYPES);
    const counters = makeCounters(options);
    if (!isOpen) return;
    this.on(frameWritten, (frame) => this.recordFrame(frame));
    this.on(streamOpened, () => counters.opened.inc());
    this.on(eventsReplayed, ({ count }) => counters.replayed.inc(count));
    this.on(sweepFound, () => counters.found.inc());
    this.on(requestEnded, ({ stream }) => {
      if (stream) counters.ended.get(stream.end ?? 'left')!.inc();
    });
  }

  private recordFrame({ type, trace }: FrameWritten): void {
    this.written.get(type)!.inc();
    // The clock of the instance that committed it may be ahead of ours.
    if (trace?.committedAt === undefined) return;
    this.delivery.observe(Math.max(0, epochMs() - trace.committedAt) / 1_000);
  }
}

interface Counters {
  opened: Counter;
  replayed: Counter;
  found: Counter;
  ended: Map<StreamEnd, Counter.Internal>;
}

function makeCounters(options: MetricsRegistry['options']): Counters {
  const ended = new Counter({
    name: 'qna_sse_streams_ended_total',
    help: 'Streams that ended, by reason; slow: cut, for its reader did not keep up',
    labelNames: ['reason'],
    ...options,
  });
  return {
    opened: new Counter({
      name: 'qna_sse_streams_opened_total',
      help: 'Streams that were opened',
      ...options,
    }),
    replayed: new Counter({
      name: 'qna_sse_events_replayed_total',
      help: 'Events that streams had missed and got when they came back by cursor',
      ...options,
    }),
    found: new Counter({
      name: 'qna_sse_sweep_finds_total',
      help: 'Times the sweep woke a stream for a change that no wake-up had announced',
      ...options,
    }),
    ended: fromZero(ended, ENDS),
  };
}

/** The counter for each value of its label, there from the beginning: the first rise is one, too. */
function fromZero<Value extends string>(
  counter: Counter,
  values: Value[],
): Map<Value, Counter.Internal> {
  return new Map(
    values.map((value) => {
      const ofIt = counter.labels(value);
      ofIt.inc(0);
      return [value, ofIt];
    }),
  );
}
