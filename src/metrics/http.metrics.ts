import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import type { RequestRecord } from '../telemetry/request-record.js';
import { requestEnded } from '../telemetry/signals.js';
import { Listener } from './listener.js';
import { MetricsRegistry } from './metrics.registry.js';

/** Of files, and of what does not exist: a label must not take whatever a client sends. */
const NO_ROUTE = 'none';
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Measures {
  count: Counter.Internal;
  duration: Histogram.Internal<string>;
}

/** Requests by the pattern of their route, never by their URL. */
@Injectable()
export class HttpMetrics extends Listener {
  private readonly counter: Counter;
  private readonly histogram: Histogram;
  /** Found by one look; the library would sort and join the labels at each request. */
  private readonly known = new Map<string, Measures>();

  constructor({ isOpen, options }: MetricsRegistry) {
    super();
    this.counter = new Counter({
      name: 'qna_http_requests_total',
      help: 'Requests that were answered, a stream when it ends; 499: the client left before',
      labelNames: ['method', 'route', 'status'],
      ...options,
    });
    this.histogram = new Histogram({
      name: 'qna_http_request_duration_seconds',
      help: 'From the first byte of a request to the last of its answer, without streams',
      labelNames: ['method', 'route', 'status_class'],
      buckets: SECONDS,
      ...options,
    });
    if (isOpen) this.on(requestEnded, (request) => this.note(request));
  }

  private note({ method, route, status, stream, startedAt }: RequestRecord): void {
    const { count, duration } = this.of(method, route ?? NO_ROUTE, status!);
    count.inc();
    if (!stream) duration.observe((performance.now() - startedAt) / 1_000);
  }

  private of(givenMethod: string, route: string, status: number): Measures {
    const method = METHODS.has(givenMethod) ? givenMethod : 'other';
    const key = `${status} ${method} ${route}`;
    let measures = this.known.get(key);
    if (!measures) {
      const statusClass = `${Math.floor(status / 100)}xx`;
      measures = {
        count: this.counter.labels(method, route, String(status)),
        duration: this.histogram.labels(method, route, statusClass),
      };
      this.known.set(key, measures);
    }
    return measures;
  }
}
