import type { RequestRecord } from './request-record.js';
import { Signal } from './signal.js';
import type { Trace } from './trace.js';

/** A frame was handed to the connection of a stream. */
export interface FrameWritten {
  type: string;
  userId: number;
  /** The cursor. */
  id: string;
  /** Of what has just happened; a replay has none. */
  trace?: Trace | undefined;
}

/** A request was answered, or its client left before. A stream is a request that was long. */
export const requestEnded = new Signal<RequestRecord>('request-ended');
export const streamOpened = new Signal<RequestRecord>('stream-opened');
export const frameWritten = new Signal<FrameWritten>('frame-written');
/** A stream came back by cursor, and was given what it had missed. */
export const eventsReplayed = new Signal<{ count: number }>('events-replayed');
/** The sweep woke a stream for a change that no wake-up had announced. */
export const sweepFound = new Signal<{ userId: number }>('sweep-found');
/** A batch was run; see Batch. */
export const batchRun = new Signal<{ name: string; size: number }>('batch-run');
/** Retention has removed that many notifications, in one transaction. */
export const notificationsRemoved = new Signal<{ count: number }>('notifications-removed');
/** Retention has removed all that was due. `at`: {@link epochMs}. */
export const retentionSucceeded = new Signal<{ at: number }>('retention-succeeded');

/** Milliseconds since 1970, with fractions, that never go back within a process. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now();
}
