import { STATUS_CODES } from 'node:http';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
  NotFoundException,
} from '@nestjs/common';
import type { Response } from 'express';
import { isTransient, violatedConstraint } from '../database/failures.js';
import type { RequestWithUser } from './current-user.decorator.js';
import type { ErrorDto } from './error.dto.js';
import { hideTokens } from './hide-tokens.js';
import { TooManyRequestsException } from './too-many-requests.exception.js';

/** Seconds after which a client may try again while the database is unavailable. */
const RETRY_AFTER_SECONDS = 2;

/** Every error leaves as an {@link ErrorDto}. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      response.end();
      return;
    }
    if (isHealthReport(exception)) {
      response.status(exception.getStatus()).json(exception.getResponse());
      return;
    }
    const body = this.describe(exception, host.switchToHttp().getRequest<RequestWithUser>());
    if (body.statusCode === 503) response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
    if (exception instanceof TooManyRequestsException) {
      response.setHeader('Retry-After', exception.retryAfterSeconds);
    }
    if (body.statusCode === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    response.status(body.statusCode).json(body);
  }

  private describe(exception: unknown, { method, path, route, record }: RequestWithUser): ErrorDto {
    // Nest's own words repeat the whole address, and with it the token in its query.
    if (exception instanceof NotFoundException && route === undefined) {
      return errorBody(404, `Cannot ${method} ${hideTokens(path)}`);
    }
    const about = { request_id: record?.id };
    if (exception instanceof HttpException) {
      return errorBody(exception.getStatus(), messageOf(exception));
    }
    if (isTransient(exception)) {
      this.logger.warn(`The database did not serve a request: ${String(exception)}`, about);
      return errorBody(503, 'The database is unavailable; try again');
    }
    if (violatedConstraint(exception)?.endsWith('_user_id_fkey')) {
      // The guard trusts its last look for a few seconds; the caller's account went in between.
      return errorBody(401, 'This account no longer exists');
    }
    const status = clientErrorStatus(exception);
    if (status !== undefined) return errorBody(status, clientErrorMessage(exception as Error));
    // Not the error itself: one of the database carries the values of its statement.
    this.logger.error(exception instanceof Error ? exception.stack : exception, about);
    return errorBody(500, 'Internal server error');
  }
}

/** What a health check throws is a report of what is down, not an error of the request. */
function isHealthReport(exception: unknown): exception is HttpException {
  if (!(exception instanceof HttpException)) return false;
  const response = exception.getResponse();
  return typeof response === 'object' && 'details' in response;
}

function errorBody(statusCode: number, message: string | string[]): ErrorDto {
  return { statusCode, message, error: STATUS_CODES[statusCode] ?? 'Error' };
}

function messageOf(exception: HttpException): string | string[] {
  const response = exception.getResponse();
  if (typeof response === 'string') return response;
  const { message } = response as { message?: unknown };
  return typeof message === 'string' || Array.isArray(message) ? message : exception.message;
}

/** The parser of the body and the router throw errors that carry a 4xx of their own. */
function clientErrorStatus(exception: unknown): number | undefined {
  const status = (exception as { status?: unknown } | null)?.status;
  return exception instanceof Error && typeof status === 'number' && status >= 400 && status < 500
    ? status
    : undefined;
}

/** Of a body that is no JSON the parser repeats a part, and that may be of a password. */
function clientErrorMessage(exception: Error & { type?: string }): string {
  return exception.type === 'entity.parse.failed'
    ? 'The body must be valid JSON'
    : exception.message;
}
