import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { LRUCache } from 'lru-cache';
import { Settings } from '../config/settings.js';
import type { CurrentUser } from '../http/current-user.decorator.js';
import { MAX_ID } from '../http/id.pipe.js';

/**
 * Seconds by which an `iat` may be ahead of the clock. Clocks differ, and a log-in right after a log-out
 * is ahead. A token with a later `iat`, for example in milliseconds, could not be revoked.
 */
const MAX_AHEAD_SECONDS = 24 * 3600;

/** The `aud` of stream tokens, which open streams and nothing else. */
const STREAM = 'stream';

/** Maximum number of verified tokens in memory. */
const MAX_REMEMBERED = 4_000;

type Claims = Readonly<Record<string, unknown>>;

/** Signs and verifies access tokens and stream tokens (JWT, HS256 only). */
@Injectable()
export class Tokens {
  /** Claims of tokens that were verified. Clients send the same token with every request. */
  private readonly verified = new LRUCache<string, Claims>({ max: MAX_REMEMBERED });

  constructor(
    private readonly jwt: JwtService,
    private readonly settings: Settings,
  ) {}

  /**
   * @param issuedAt Unix seconds
   * @param authenticatedAt Unix seconds of the log-in; renewals are limited from then on
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

  /**
   * Signs a token for the URL of a stream. It expires within about a minute, an access token only after
   * an hour. It has the `iat` of the access token and is revoked with it. The stream lasts until the access
   * token expires.
   */
  signStream({ id, token }: CurrentUser): { token: string; expiresInSeconds: number } {
    const exp = Math.min(now() + this.settings.streamTokenTtlSeconds, Math.ceil(token.expiresAt));
    return {
      token: this.jwt.sign({
        aud: STREAM,
        sub: String(id),
        iat: token.issuedAt,
        exp,
        stream_exp: token.expiresAt,
      }),
      expiresInSeconds: exp - now(),
    };
  }

  /** @returns the user of an access token; undefined when the token is not valid */
  read(token: string): CurrentUser | undefined {
    const claims = this.verify(token);
    // Tokens with an `aud` serve another purpose, and may come from another service with this secret.
    return claims && claims['aud'] === undefined ? userOf(claims) : undefined;
  }

  /** @returns the user of a stream token, with the times of its access token; undefined: not valid */
  readStream(token: string): CurrentUser | undefined {
    const claims = this.verify(token);
    if (claims?.['aud'] !== STREAM || !isTime(claims['exp'])) return undefined;
    return userOf({ ...claims, exp: claims['stream_exp'] ?? claims['exp'] });
  }

  private verify(token: string): Claims | undefined {
    const known = this.verified.get(token);
    // A verified token can only expire. TokenRevocation checks whether it is revoked.
    if (known) return Number(known['exp']) > now() ? known : undefined;
    try {
      const claims = this.jwt.verify<Claims>(token);
      if (isTime(claims['exp'])) this.verified.set(token, claims);
      return claims;
    } catch {
      return undefined;
    }
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** @returns undefined when a claim is missing, malformed or out of range */
function userOf({ sub, iat, exp, auth_time: authTime }: Claims): CurrentUser | undefined {
  const id = Number(sub);
  if (!isTime(iat) || !isTime(exp)) return undefined;
  if (iat > Date.now() / 1000 + MAX_AHEAD_SECONDS) return undefined;
  if (typeof sub !== 'string' || !/^[1-9]\d{0,9}$/.test(sub) || id > MAX_ID) return undefined;
  return {
    id,
    token: { issuedAt: iat, expiresAt: exp, authenticatedAt: isTime(authTime) ? authTime : iat },
  };
}

function isTime(claim: unknown): claim is number {
  return typeof claim === 'number' && Number.isFinite(claim) && claim >= 0;
}
