import { ForbiddenException, Injectable, UnauthorizedException } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import type { CurrentUser } from '../http/current-user.decorator.js';
import type { User } from '../user/entities/user.entity.js';
import { UserService } from '../user/user.service.js';
import type { TokenDto } from './dto/token.dto.js';
import { TokenRevocation } from './token-revocation.js';
import { Tokens } from './tokens.js';

/** Seconds after the log-in for which a token can be renewed. */
const RENEWABLE_SECONDS = 30 * 24 * 3600;

/** Issues tokens (log-in, renewal) and revokes them (log-out, change of the password). */
@Injectable()
export class AuthService {
  constructor(
    private readonly users: UserService,
    private readonly tokens: Tokens,
    private readonly revocation: TokenRevocation,
    private readonly settings: Settings,
  ) {}

  /** @throws {UnauthorizedException} unknown name or wrong password, with the same message */
  async logIn(username: string, password: string): Promise<TokenDto> {
    // Read before the password is verified: if it changes meanwhile, this token must be revoked too.
    const asked = now();
    const user = await this.users.authenticate(username, password);
    if (!user) throw new UnauthorizedException('Wrong username or password');
    // Right after a log-out, the first valid `iat` is up to one second ahead of the clock.
    const issuedAt = Math.max(asked, Number(user.tokensRevokedBefore));
    return this.grant(user, issuedAt, issuedAt);
  }

  /** @throws {UnauthorizedException} the token is revoked, or its log-in is more than 30 days ago */
  async renew(current: CurrentUser): Promise<TokenDto> {
    const { authenticatedAt } = current.token;
    const asked = now();
    if (asked > authenticatedAt + RENEWABLE_SECONDS) {
      throw new UnauthorizedException('The log-in is too long ago; log in again');
    }
    // What memory still takes for valid must not buy a token that outlives the log-out.
    if (!(await this.revocation.isValidNow(current))) throw new RevokedTokenException();
    const user = await this.users.get(current.id);
    return this.grant(user, Math.max(asked, current.token.issuedAt), authenticatedAt);
  }

  /** Revokes every token of the user issued so far. */
  async logOut(current: CurrentUser): Promise<void> {
    await this.revocation.revokeAll(current);
  }

  /**
   * Replaces the password and revokes every token, in one statement.
   * @throws {ForbiddenException} the old password is wrong
   * @throws {UnauthorizedException} the token is revoked, for example by a concurrent change
   */
  async changePassword(current: CurrentUser, old: string, replacement: string): Promise<TokenDto> {
    const user = await this.users.get(current.id);
    // The guard may answer from a cached reading. A token that another instance revoked must not
    // obtain a new one.
    if (current.token.issuedAt < Number(user.tokensRevokedBefore))
      throw new RevokedTokenException();
    if (!(await this.users.isPasswordOf(user, old))) {
      throw new ForbiddenException('old_password is wrong');
    }
    const next = () => this.revocation.nextIssue(current);
    const issuedAt = await this.users.setPassword(user, replacement, next);
    if (issuedAt === undefined) throw new RevokedTokenException();
    this.revocation.record(user.id, issuedAt);
    return this.grant(user, issuedAt, issuedAt);
  }

  private grant(user: User, issuedAt: number, authenticatedAt: number): TokenDto {
    return {
      access_token: this.tokens.sign(user, issuedAt, authenticatedAt),
      token_type: 'bearer',
      expires_in: this.settings.jwtTtlSeconds,
      username: user.username,
    };
  }
}

class RevokedTokenException extends UnauthorizedException {
  constructor() {
    super('A valid access token is needed');
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
