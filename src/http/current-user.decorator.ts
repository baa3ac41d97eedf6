import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { RequestRecord } from '../telemetry/request-record.js';

/** Who calls: the holder of the request's token. */
export interface CurrentUser {
  id: number;
  /** What his token says; all in Unix seconds. */
  token: TokenTimes;
  /** The request he calls with, so that what it causes can be traced to it. */
  requestId?: string | undefined;
}

export interface TokenTimes {
  issuedAt: number;
  expiresAt: number;
  /** When he last gave his password; renewals keep it. */
  authenticatedAt: number;
}

export type RequestWithUser = Request & { user?: CurrentUser; record?: RequestRecord };

/** Injects the {@link CurrentUser}; undefined on a public route called without a token. */
export const User = createParamDecorator(
  (_: unknown, context: ExecutionContext): CurrentUser | undefined =>
    context.switchToHttp().getRequest<RequestWithUser>().user,
);
