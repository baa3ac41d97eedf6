import type { ExecutionContext } from '@nestjs/common';
import type { ThrottlerOptions } from '@nestjs/throttler';
import { ACCESS } from '../http/access.decorator.js';
import type { RequestWithUser } from '../http/current-user.decorator.js';

/** Milliseconds. */
export const WINDOW_MS = 60_000;

/** In a window; far above what people do, also 200 of them in one office. */
const SIGN_UPS_AND_LOG_INS_BY_ADDRESS = 600;
const WRITES_BY_USER = 1_200;
const FRESH_STREAMS_BY_USER = 120;

const requestOf = (context: ExecutionContext) =>
  context.switchToHttp().getRequest<RequestWithUser>();

const isWrite = ({ method }: RequestWithUser) => method !== 'GET' && method !== 'HEAD';

function opensFreshStream(context: ExecutionContext): boolean {
  if (Reflect.getMetadata(ACCESS, context.getHandler()) !== 'stream') return false;
  const { headers, query } = requestOf(context);
  return !headers['last-event-id'] && !query['last_event_id'];
}

const byUser = { getTracker: (request: Partial<RequestWithUser>) => String(request.user!.id) };

/**
 * Which requests count, and for whom; a new route that writes is limited without a word. A stream
 * that comes back is never refused: its browser would give up for good.
 */
export const REQUEST_LIMITS: ThrottlerOptions[] = [
  {
    name: 'address',
    limit: SIGN_UPS_AND_LOG_INS_BY_ADDRESS,
    ttl: WINDOW_MS,
    skipIf: (context) => !isWrite(requestOf(context)) || requestOf(context).user !== undefined,
    generateKey: (context, address) => `${context.getHandler().name}:${address}`,
  },
  {
    name: 'writes',
    limit: WRITES_BY_USER,
    ttl: WINDOW_MS,
    skipIf: (context) => !isWrite(requestOf(context)) || requestOf(context).user === undefined,
    ...byUser,
  },
  {
    name: 'streams',
    limit: FRESH_STREAMS_BY_USER,
    ttl: WINDOW_MS,
    skipIf: (context) => !opensFreshStream(context),
    ...byUser,
  },
];
