import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Settings } from '../config/settings.js';
import { isTransient } from '../database/failures.js';
import { ACCESS, type Access } from '../http/access.decorator.js';
import type { CurrentUser, RequestWithUser } from '../http/current-user.decorator.js';
import { traceOf } from '../telemetry/request-record.js';
import { TokenRevocation } from './token-revocation.js';
import { Tokens } from './tokens.js';

/** Guards every route. By default a route requires an access token in the header; see {@link Access}. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: Tokens,
    private readonly revocation: TokenRevocation,
    private readonly settings: Settings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<RequestWithUser>();
    const inHeader = bearerToken(request);
    if (inHeader === undefined && access === 'optional') return true;
    const user = access === 'stream' ? this.readStream(request, inHeader) : this.read(inHeader);
    if (!user || !(await this.isValid(user, access))) {
      throw new UnauthorizedException('A valid access token is needed');
    }
    request.user = Object.assign(user, { trace: traceOf(request.record) });
    return true;
  }

  private read(token: string | undefined): CurrentUser | undefined {
    return token === undefined ? undefined : this.tokens.read(token);
  }

  /**
   * Reads the token that opens a stream. URLs are written to logs, so `STREAM_ACCESS_TOKEN` can refuse an
   * access token in the query.
   */
  private readStream(
    request: RequestWithUser,
    inHeader: string | undefined,
  ): CurrentUser | undefined {
    const token = inHeader ?? queryToken(request);
    if (token === undefined) return undefined;
    const mayBeAccess = inHeader !== undefined || this.settings.streamAccessToken === 'on';
    return this.tokens.readStream(token) ?? (mayBeAccess ? this.tokens.read(token) : undefined);
  }

  private async isValid(user: CurrentUser, access: Access | undefined): Promise<boolean> {
    try {
      return await this.revocation.isValid(user);
    } catch (error) {
      // An EventSource never reconnects after an error status. So the stream is opened, and ends once
      // the database is available again and shows that the token is revoked.
      if (access === 'stream' && isTransient(error)) return true;
      throw error;
    }
  }
}

/** @returns undefined without the header; '', which is not valid, when the header has no bearer token */
function bearerToken({ headers }: RequestWithUser): string | undefined {
  const { authorization } = headers;
  return authorization === undefined
    ? undefined
    : (/^bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1] ?? '');
}

function queryToken({ query }: RequestWithUser): string | undefined {
  const { token } = query;
  return typeof token === 'string' ? token : undefined;
}
