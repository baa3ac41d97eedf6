import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Settings } from '../config/settings.js';
import type { CurrentUser } from '../http/current-user.decorator.js';
import { MAX_ID } from '../http/id.pipe.js';

/**
 * Seconds that an `iat` may lie ahead: clocks differ, and log-ins that follow log-outs run ahead. A
 * token from further ahead, in milliseconds say, could not be voided.
 */
const MAX_AHEAD_SECONDS = 24 * 3600;

/** Makes and reads access tokens: JWT, HS256 alone. */
@Injectable()
export class Tokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly settings: Settings,
  ) {}

  /**
   * @param issuedAt Unix seconds
   * @param authenticatedAt Unix seconds; when the password was given, the start of the renewals
   */
  sign(user: { id: number; username: string }, issuedAt: number, authenticatedAt: number): string {
    return this.jwt.sign({
      sub: String(user.id),
      username: user.username,
      iat: issuedAt,
      exp: issuedAt + this.settings.jwtTtlSeconds,
      auth_time: authenticatedAt,
    });
  }

  /** Who the token says its holder is; undefined when it is no valid access token. */
  read(token: string): CurrentUser | undefined {
    let claims: Record<string, unknown>;
    try {
      claims = this.jwt.verify(token);
    } catch {
      return undefined;
    }
    const { sub, iat, exp, aud, auth_time: authTime } = claims;
    const id = Number(sub);
    // Other services may mint tokens with this secret for other purposes; those carry an aud.
    if (aud !== undefined || !isTime(iat) || !isTime(exp)) return undefined;
    if (iat > Date.now() / 1000 + MAX_AHEAD_SECONDS) return undefined;
    if (typeof sub !== 'string' || !/^[1-9]\d{0,9}$/.test(sub) || id > MAX_ID) return undefined;
    return {
      id,
      token: { issuedAt: iat, expiresAt: exp, authenticatedAt: isTime(authTime) ? authTime : iat },
    };
  }
}

function isTime(claim: unknown): claim is number {
  return typeof claim === 'number' && Number.isFinite(claim) && claim >= 0;
}
