import type { StreamEnd } from '../telemetry/request-record.js';
import { streamOpened } from '../telemetry/signals.js';
import type { RequestWithUser } from './current-user.decorator.js';

/** The request has become an open stream. */
export function recordStream({ record, user }: RequestWithUser): void {
  if (!record) return;
  record.stream = {};
  record.userId = user?.id;
  streamOpened.emit(record);
}

/**
 * Its stream ends. The first that is said counts.
 * @param end left out when nothing but the abort of the stream is known: then the connection tells
 */
export function recordStreamEnd(request: RequestWithUser, end?: StreamEnd): void {
  const { stream } = request.record ?? {};
  if (stream) stream.end ??= end ?? endOf(request);
}

function endOf({ socket, res }: RequestWithUser): StreamEnd {
  // Nest destroys the answer to who does not read, and aborts before that has closed anything.
  if (res!.destroyed && !res!.closed) return 'slow';
  return socket.destroyed ? 'left' : 'behind';
}
