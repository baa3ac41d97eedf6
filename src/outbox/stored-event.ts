import type { DomainEvent, EventName } from '../events/domain-event.js';
import { epochMs } from '../telemetry/signals.js';
import type { Trace } from '../telemetry/trace.js';

/** An event as a row of the outbox. */
export interface StoredEvent {
  id: string;
  name: EventName;
  payload: object;
  /** How often its listeners failed. */
  failures: number;
  /** What is stored of the trace. */
  requestId: string | null;
  /** Milliseconds since 1970. Left out where the event was raised by this process a moment ago. */
  occurredAt?: number;
}

/** What the column `request_id` stores of a trace. */
export function requestIdOf(trace: Trace | undefined): string | null {
  return trace?.requestId ?? null;
}

/** The event as listeners get it. */
export function domainEventOf(
  stored: StoredEvent,
): Pick<DomainEvent, 'id' | 'name' | 'trace'> & { payload: object } {
  const { id, name, payload, requestId, occurredAt: committedAt = epochMs() } = stored;
  const trace: Trace = { requestId: requestId ?? undefined, eventId: id, committedAt };
  return { id, name, payload, trace };
}
