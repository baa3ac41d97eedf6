import { randomUUID } from 'node:crypto';
import type { NextFunction, Response } from 'express';
import type { RequestRecord } from '../telemetry/request-record.js';
import { requestEnded } from '../telemetry/signals.js';
import type { RequestWithUser } from './current-user.decorator.js';
import { hideTokens } from './hide-tokens.js';

const REQUEST_ID = 'X-Request-Id';
/** Others are not repeated: into a log or a header goes nothing that could break its lines. */
const HARMLESS = /^[\w.-]{1,64}$/;
/** As nginx has it: the client left before there was an answer. */
const CLIENT_CLOSED_REQUEST = 499;

/** Comes first: gives every request an id, also the refused ones, and says when it has ended. */
export function observeRequests(
  request: RequestWithUser,
  response: Response,
  next: NextFunction,
): void {
  const given = request.headers['x-request-id'];
  const record: RequestRecord = {
    id: typeof given === 'string' && HARMLESS.test(given) ? given : randomUUID(),
    method: request.method,
    path: hideTokens(pathOf(request.originalUrl)),
    // Now: a socket that has closed knows its address no more.
    address: request.ip,
    startedAt: performance.now(),
  };
  request.record = record;
  response.setHeader(REQUEST_ID, record.id);
  response.once('close', () => {
    record.route = routeOf(request);
    record.userId = request.user?.id;
    record.status = response.headersSent ? response.statusCode : CLIENT_CLOSED_REQUEST;
    requestEnded.emit(record);
  });
  next();
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** Undefined where nothing was found, and for files. */
function routeOf({ route }: RequestWithUser): string | undefined {
  const path: unknown = (route as { path?: unknown } | undefined)?.path;
  return typeof path === 'string' ? path : undefined;
}
