import { STATUS_CODES } from 'node:http';
import type { Type } from '@nestjs/common';
import { getSchemaPath, type ResponseObject } from '@nestjs/swagger';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ErrorDto } from '../http/error.dto.js';
import { INVALID_ID } from '../http/id.pipe.js';
import { errorHeaders } from './headers.js';
import type { Route } from './routes.js';

export interface RouteOnPath extends Route {
  method: 'get' | 'put' | 'post' | 'delete';
  /** As in the document: `/api/question/{id}`. */
  path: string;
}

/** An error as the document has it. @param message of the example; a text describes the error, too */
export function errorResponse(status: number, message: string | string[]): ResponseObject {
  const error = STATUS_CODES[status]!;
  const schema = { $ref: getSchemaPath(ErrorDto) };
  const example = { statusCode: status, message, error };
  return {
    description: typeof message === 'string' ? message : error,
    headers: errorHeaders(status),
    content: { 'application/json': { schema, example } },
  };
}

/** The errors that routes of its kind answer with, by status. A route adds others by `@throws`. */
export function commonErrors(route: RouteOnPath): Record<string, ResponseObject> {
  const { access, body, method, path } = route;
  const isStream = access === 'stream';
  const [, noun] = /\/(\w+)\/\{id\}/.exec(path) ?? [];
  const messages: Record<number, string | string[] | undefined | false> = {
    400: invalid(route),
    401: access !== 'public' && 'A valid access token is needed',
    404: noun !== undefined && `No such ${noun}`,
    413: body && 'request entity too large',
    414: 'The address is too long',
    415: body && 'Content-Type must be application/json',
    429: (method !== 'get' || isStream) && 'Too many requests; try again later',
    // A stream waits for the database, and what operators ask does without it.
    503: path.startsWith('/api/') && !isStream && 'The database is unavailable; try again',
  };
  return Object.fromEntries(
    Object.entries(messages).flatMap(([status, message]) =>
      message ? [[status, errorResponse(Number(status), message)]] : [],
    ),
  );
}

/** What is answered to a field that is not documented. */
const UNKNOWN_FIELD = ['property comment should not exist'];

/**
 * What the route says of an empty body, an id that is none, an empty page, or a field that it does not
 * take; undefined where nothing can be wrong.
 */
function invalid({ body, query, path, method }: RouteOnPath): string | string[] | undefined {
  if (body) return complaints(body, {});
  if (path.includes('{id}')) return INVALID_ID;
  if (query) return complaints(query, { page: '' });
  return method === 'get' ? undefined : UNKNOWN_FIELD;
}

/** The messages of validation itself, so that the example is what is answered. */
function complaints(type: Type<object>, fields: object): string[] {
  const messages = validateSync(plainToInstance(type, fields)).flatMap(({ constraints }) =>
    Object.values(constraints ?? {}),
  );
  return messages.length > 0 ? messages : UNKNOWN_FIELD;
}
