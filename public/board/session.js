/**
 * Who is logged in. Kept in localStorage: all tabs of a browser share one log-in, a log-out in one
 * is a log-out in all, and a tab opened tomorrow is still logged in. The price is that script in
 * this page could read it; so the page runs no script but its own (Content-Security-Policy) and
 * never makes markup of what people wrote.
 */

import { readToken } from '../client/token.js';

/** @import { TokenRequest } from '../client/types.js' */

const KEY = 'board.session';
/** By how much the server's clock is ahead of this one, in milliseconds. */
const CLOCK_KEY = 'board.clock';

/** @typedef {{ id: number, username: string }} SessionUser */
/** @typedef {{ access_token: string, username: string }} LoginAnswer as POST /api/user/login gives it */

/** `change` is dispatched when somebody logs in or out, in whichever tab. */
export class Session extends EventTarget {
  #api;
  #token = localStorage.getItem(KEY);

  /** @param {URL} api where the server's paths begin */
  constructor(api) {
    super();
    this.#api = api;
    window.addEventListener('storage', ({ key }) => {
      if (key === KEY || key === null) this.#take(localStorage.getItem(KEY));
    });
  }

  /** @returns {SessionUser | null} whoever is logged in, as far as this browser knows */
  get user() {
    if (this.#token === null) return null;
    const { sub, username } = /** @type {{ sub?: string, username?: string }} */ (
      readToken(this.#token)
    );
    return { id: Number(sub), username: username ?? '' };
  }

  /** @param {LoginAnswer} answer */
  start({ access_token }) {
    const { iat } = readToken(access_token);
    if (iat !== undefined) localStorage.setItem(CLOCK_KEY, String(iat * 1000 - Date.now()));
    this.#keep(access_token);
  }

  /** Forgets the token. Making it void is a request of its own. */
  end() {
    this.#keep(null);
  }

  /**
   * @param {TokenRequest} [request]
   * @returns {Promise<string | null>} a token that will hold for a while; null when nobody is logged in
   * @throws {TypeError} the server cannot be reached and the token has ended
   */
  async accessToken({ refused } = { refused: false }) {
    const token = this.#token;
    if (token === null) return null;
    const { left, life } = lifeOf(token);
    if (!refused && left > Math.min(life / 4, 60_000)) return token;
    // One tab renews, the others find what it got.
    return locked(async () => {
      if (this.#token !== token) return this.#token;
      return this.#renew(token, left);
    });
  }

  /**
   * @param {string} token
   * @param {number} left milliseconds
   */
  async #renew(token, left) {
    const headers = { authorization: `Bearer ${token}` };
    let answer;
    try {
      answer = await fetch(new URL('api/user/renew', this.#api), { method: 'POST', headers });
    } catch (error) {
      if (left > 0) return token;
      throw error;
    }
    if (answer.ok) this.start(await answer.json());
    else if (answer.status === 401) this.end();
    else if (left <= 0) throw new TypeError(`No new token: the server answered ${answer.status}.`);
    return this.#token;
  }

  /** @param {string | null} token */
  #keep(token) {
    if (token === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, token);
    this.#take(token);
  }

  /** @param {string | null} token */
  #take(token) {
    const before = this.user?.id;
    this.#token = token;
    if (this.user?.id !== before) this.dispatchEvent(new Event('change'));
  }
}

/** @param {string} token */
function lifeOf(token) {
  const { exp = Infinity, iat = 0 } = readToken(token);
  const serverNow = Date.now() + Number(localStorage.getItem(CLOCK_KEY) ?? 0);
  return { left: exp * 1000 - serverNow, life: (exp - iat) * 1000 };
}

/**
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function locked(work) {
  if (!('locks' in navigator)) return work();
  return navigator.locks.request(`${KEY}:renew`, work);
}
