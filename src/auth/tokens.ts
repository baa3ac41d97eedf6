import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { LRUCache } from 'lru-cache';
import { Settings } from '../config/settings.js';
import type { CurrentUser } from '../http/current-user.decorator.js';
import { MAX_ID } from '../http/id.pipe.js';

/**
 * Seconds that an `iat` may lie ahead: clocks differ, and log-ins that follow log-outs run ahead. A
 * token from further ahead, in milliseconds say, could not be revoked.
 */
const MAX_AHEAD_SECONDS = 24 * 3600;

/** The `aud` of tokens that open streams and serve for nothing else. */
const STREAM = 'stream';

/** Tokens remembered at most. */
const MAX_REMEMBERED = 4_000;

type Claims = Readonly<Record<string, unknown>>;

/** Makes and reads access tokens and stream tokens: JWT, HS256 alone. */
@Injectable()
export class Tokens {
  /** Tokens that were found to be ours, and what they say: clients send the same one again and again. */
  private readonly verified = new LRUCache<string, Claims>({ max: MAX_REMEMBERED });

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

  /**
   * For the address of a stream: good for a minute or so, where an access token would be good for
   * hours. It carries the `iat` of the access token, and is void when that one is; what it opens
   * lasts as long as that one does.
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

  /** Who the token says its holder is; undefined when it is no valid access token. */
  read(token: string): CurrentUser | undefined {
    const claims = this.verify(token);
    // Other services may mint tokens with this secret for other purposes; those carry an aud.
    return claims && claims['aud'] === undefined ? holder(claims) : undefined;
  }

  /** The same of a stream token. Its times are those of the access token that asked for it. */
  readStream(token: string): CurrentUser | undefined {
    const claims = this.verify(token);
    if (claims?.['aud'] !== STREAM || !isTime(claims['exp'])) return undefined;
    return holder({ ...claims, exp: claims['stream_exp'] ?? claims['exp'] });
  }

  private verify(token: string): Claims | undefined {
    const known = this.verified.get(token);
    // What can end a token that was good: its time. Whether it was revoked: see TokenRevocation.
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

/** undefined when a claim is missing or is none that a token of ours could have. */
function holder({ sub, iat, exp, auth_time: authTime }: Claims): CurrentUser | undefined {
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
