import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { RequestRecord } from '../telemetry/request-record.js';
import type { Trace } from '../telemetry/trace.js';

/** Who calls: the holder of the request's token. */
export interface CurrentUser {
  id: number;
  /** What their token says; all in Unix seconds. */
  token: TokenTimes;
  /** What traces the effects of this call to its request. To be passed on. */
  trace?: Trace | undefined;
}

export interface TokenTimes {
  issuedAt: number;
  expiresAt: number;
  /** When they last gave their password; renewals keep it. */
  authenticatedAt: number;
}

export type RequestWithUser = Request & { user?: CurrentUser; record?: RequestRecord };

/** Injects the {@link CurrentUser}; undefined on a public route called without a token. */
export const User = createParamDecorator(
  (_: unknown, context: ExecutionContext): CurrentUser | undefined =>
    context.switchToHttp().getRequest<RequestWithUser>().user,
);
