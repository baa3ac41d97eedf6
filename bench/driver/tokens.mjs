import { createHmac } from 'node:crypto';

const LIFETIME_SECONDS = 7_200;

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Mints the access token of each user once. */
export class TokenMint {
  #secret;
  #board;
  #tokens = [];
  #head = encode({ alg: 'HS256', typ: 'JWT' });

  constructor(secret, board) {
    this.#secret = secret;
    this.#board = board;
  }

  /** @param {number} user counted from zero */
  of(user) {
    return (this.#tokens[user] ??= this.#mint(user));
  }

  #mint(user) {
    const { firstUser, tag } = this.#board;
    const iat = Math.floor(Date.now() / 1_000);
    const sub = String(firstUser + user);
    const body = encode({ sub, username: `p${user}_${tag}`, iat, exp: iat + LIFETIME_SECONDS });
    const signed = `${this.#head}.${body}`;
    return `${signed}.${createHmac('sha256', this.#secret).update(signed).digest('base64url')}`;
  }
}
