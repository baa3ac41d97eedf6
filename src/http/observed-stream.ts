import type { StreamEnd } from '../telemetry/request-record.js';
import { streamOpened } from '../telemetry/signals.js';
import type { RequestWithUser } from './current-user.decorator.js';

/** The request has become an open stream. */
export function noteStream({ record, user }: RequestWithUser): void {
  if (!record) return;
  record.stream = {};
  record.userId = user?.id;
  streamOpened.emit(record);
}

/**
 * Its stream ends. The first that is said counts.
 * @param end left out when nothing but the abort of the stream is known: then the socket tells
 */
export function noteStreamEnd({ record, socket }: RequestWithUser, end?: StreamEnd): void {
  if (record?.stream) record.stream.end ??= end ?? endBySocket(socket);
}

/** Nest destroys the socket of who does not read, and aborts in the same breath. */
function endBySocket({ destroyed, closed }: RequestWithUser['socket']): StreamEnd {
  if (!destroyed) return 'behind';
  return closed ? 'left' : 'slow';
}
