import { ConflictException, Injectable, UnauthorizedException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { violatedConstraint } from '../database/failures.js';
import type { SignUpDto } from './dto/sign-up.dto.js';
import { User } from './entities/user.entity.js';
import type { Locale } from './locale.js';
import { Passwords } from './passwords.js';

const TAKEN: Record<string, string> = {
  users_username_key: 'username is taken',
  users_email_key: 'email is taken',
};

/** Accounts: making, finding and changing them. */
@Injectable()
export class UserService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly passwords: Passwords,
  ) {}

  /** @throws {ConflictException} name or address taken */
  async signUp({ username, email, password, locale }: SignUpDto): Promise<User> {
    const passwordHash = await this.passwords.hash(password);
    try {
      const { identifiers } = await this.users.insert({ username, email, passwordHash, locale });
      return await this.users.findOneByOrFail({ id: identifiers[0]!['id'] as number });
    } catch (error) {
      const taken = TAKEN[violatedConstraint(error) ?? ''];
      throw taken ? new ConflictException(taken) : error;
    }
  }

  /** The account of that name when the password is right. Takes as long when it is not. */
  async authenticate(username: string, password: string): Promise<User | undefined> {
    const user = await this.users.findOneBy({ username: username.normalize('NFC') });
    return (await this.passwords.matches(password, user?.passwordHash)) ? user! : undefined;
  }

  /** The caller's own. @throws {UnauthorizedException} it was deleted, and their token with it */
  async get(id: number): Promise<User> {
    const user = await this.users.findOneBy({ id });
    if (!user) throw new UnauthorizedException('This account no longer exists');
    return user;
  }

  /** @throws as {@link get} */
  async setLocale(id: number, locale: Locale): Promise<User> {
    await this.users.update({ id }, { locale });
    return this.get(id);
  }

  /**
   * Replaces the password and voids all tokens in one statement, unless the account has changed since
   * `user` was read: its password was replaced, or its tokens were revoked.
   * @param revokedBefore Unix seconds: tokens issued before are void. Asked once the slow part is done,
   * since the old password logs in until then
   * @returns undefined when it has changed; otherwise from when on tokens are valid, in Unix seconds
   */
  async setPassword(
    user: User,
    password: string,
    revokedBefore: () => number,
  ): Promise<number | undefined> {
    const passwordHash = await this.passwords.hash(password);
    const [rows]: [{ revokedBefore: number }[], number] = await this.users.query(
      `UPDATE users SET password_hash = $4, tokens_revoked_before = greatest(tokens_revoked_before, $5)
       WHERE id = $1 AND password_hash = $2 AND tokens_revoked_before = $3
       RETURNING tokens_revoked_before::float8 AS "revokedBefore"`,
      [user.id, user.passwordHash, user.tokensRevokedBefore, passwordHash, revokedBefore()],
    );
    return rows[0]?.revokedBefore;
  }

  /** Whether `password` is the user's. */
  isPasswordOf(user: User, password: string): Promise<boolean> {
    return this.passwords.matches(password, user.passwordHash);
  }
}
