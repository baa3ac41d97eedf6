import { STATUS_CODES } from 'node:http';
import type {
  OperationObject,
  ParameterObject,
  ResponseObject,
  SecurityRequirementObject,
} from '@nestjs/swagger';
import type { Access } from '../http/access.decorator.js';
import { commonErrors, errorResponse, type RouteOnPath } from './errors.js';
import { hasDefault, ID } from './fields.js';
import { COMMON_HEADERS } from './headers.js';

const SECURITY: Record<Access | 'token', SecurityRequirementObject[]> = {
  token: [{ bearer: [] }],
  public: [],
  optional: [{}, { bearer: [] }],
  stream: [{ bearer: [] }, { stream_token: [] }],
};

/** Adds what follows from the kind of a route: security, ids in the path, errors, headers. */
export function completeOperation(operation: OperationObject, route: RouteOnPath): void {
  // Taken from a comment, which ends in a full stop.
  operation.summary = operation.summary?.replace(/\.$/, '');
  operation.security ??= SECURITY[route.access ?? 'token'];
  for (const parameter of (operation.parameters ?? []) as ParameterObject[]) {
    if (parameter.in === 'path') parameter.schema = ID;
    if (hasDefault(parameter.schema)) parameter.required = false;
  }
  const given = operation.responses as Record<string, ResponseObject>;
  operation.responses = { ...commonErrors(route) };
  for (const [status, response] of Object.entries(given)) {
    operation.responses[status] = completeResponse(Number(status), response);
  }
}

/** An error that a route names by `@throws` has that text as its message. */
function completeResponse(status: number, response: ResponseObject): ResponseObject {
  const { description, content } = response;
  if (status >= 400 && !content) return errorResponse(status, description);
  return {
    ...response,
    description: description || STATUS_CODES[status]!,
    headers: COMMON_HEADERS,
  };
}
