/**
 * What caused something, for logs and metrics. Code between the request and the stream passes it on and
 * reads nothing of it. It is plain JSON, for it also travels between instances. All parts are optional:
 * a cause that nobody knows leaves them out.
 */
export interface Trace {
  /** The request. */
  readonly requestId?: string | undefined;
  /** The event that the request raised. */
  readonly eventId?: string | undefined;
  /** Milliseconds since 1970: when the event was committed. */
  readonly committedAt?: number | undefined;
}
