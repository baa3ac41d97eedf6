import type { Trace } from './trace.js';

/**
 * Why a stream ended: its token ran out, its session was revoked, a newer stream of the user took its
 * place, this instance shuts down, its reader was too slow, it had missed more than may be replayed,
 * or its client left.
 */
export type StreamEnd =
  'expired' | 'revoked' | 'displaced' | 'draining' | 'slow' | 'behind' | 'left';

/** What is known of a request, from its first byte to its end. */
export interface RequestRecord {
  /** As the client named it, or made up; the answer carries it. */
  readonly id: string;
  readonly method: string;
  /** Without the query: tokens travel there. */
  readonly path: string;
  /** Of the client, as far as proxies are trusted. */
  readonly address: string | undefined;
  /** `performance.now()` at its beginning. */
  readonly startedAt: number;
  /** The pattern of the route that took it, such as `/api/question/:id`. */
  route?: string | undefined;
  userId?: number | undefined;
  /** Set at the end. 499: the client left before it was answered. */
  status?: number;
  /** Set once it has become an open stream. */
  stream?: { end?: StreamEnd };
}

/** What traces the effects of a request to it; undefined: the request is not known. */
export function traceOf(record: RequestRecord | undefined): Trace | undefined {
  return record && { requestId: record.id };
}
