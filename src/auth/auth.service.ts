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

/** Log-in, renewal, log-out and the change of a password: everything that makes or voids tokens. */
@Injectable()
export class AuthService {
  constructor(
    private readonly users: UserService,
    private readonly tokens: Tokens,
    private readonly sessions: TokenRevocation,
    private readonly settings: Settings,
  ) {}

  /** @throws {UnauthorizedException} the same for an unknown name and a wrong password */
  async logIn(username: string, password: string): Promise<TokenDto> {
    // Before the password is looked at: a change of it meanwhile must void this token too.
    const asked = now();
    const user = await this.users.authenticate(username, password);
    if (!user) throw new UnauthorizedException('Wrong username or password');
    // Right after a log-out the first valid iat lies up to a second ahead.
    const issuedAt = Math.max(asked, Number(user.tokensRevokedBefore));
    return this.grant(user, issuedAt, issuedAt);
  }

  /** @throws {UnauthorizedException} the token is void by now, or its log-in too long ago */
  async renew(current: CurrentUser): Promise<TokenDto> {
    const { authenticatedAt } = current.token;
    const asked = now();
    if (asked > authenticatedAt + RENEWABLE_SECONDS) {
      throw new UnauthorizedException('The log-in is too long ago; log in again');
    }
    // What memory still takes for valid must not buy a token that outlives the log-out.
    if (!(await this.sessions.isValidNow(current))) throw new VoidTokenException();
    const user = await this.users.get(current.id);
    return this.grant(user, Math.max(asked, current.token.issuedAt), authenticatedAt);
  }

  /** Voids every token of the user issued so far. */
  async logOut(current: CurrentUser): Promise<void> {
    await this.sessions.revokeAll(current);
  }

  /**
   * Voids every token as well, in the statement that replaces the password.
   * @throws {ForbiddenException} the old password is wrong
   * @throws {UnauthorizedException} the token is void by now, perhaps by another such change
   */
  async changePassword(current: CurrentUser, old: string, replacement: string): Promise<TokenDto> {
    const user = await this.users.get(current.id);
    // The guard may answer from memory; what is void elsewhere must not buy a token here.
    if (current.token.issuedAt < Number(user.tokensRevokedBefore)) throw new VoidTokenException();
    if (!(await this.users.isPasswordOf(user, old))) {
      throw new ForbiddenException('old_password is wrong');
    }
    const next = () => this.sessions.nextIssue(current);
    const issuedAt = await this.users.setPassword(user, replacement, next);
    if (issuedAt === undefined) throw new VoidTokenException();
    this.sessions.record(user.id, issuedAt);
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

class VoidTokenException extends UnauthorizedException {
  constructor() {
    super('A valid access token is needed');
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
