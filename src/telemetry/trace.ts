/**
 * What caused something, for logs and metrics. Code between the request and the stream passes it on
 * as it is and reads nothing of it.
 */
export interface Trace {
  /** The request, where its id is known. */
  requestId?: string | undefined;
  /** The event that the request raised. */
  eventId?: string | undefined;
  /** Milliseconds since 1970: when it was committed. */
  committedAt: number;
}
