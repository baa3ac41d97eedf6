/**
 * Whose stream it is and what opens it: the answers of the page's `getToken` and `getUser`, in one
 * shape.
 */

import { readToken } from './token.js';

/** @import { ConnectOptions, Ticket, TokenRequest } from './types.js' */

/** A ticket fetched only to learn whose it is may still open the stream for so long. Milliseconds. */
const SPARE_LIFE = 10_000;

export class Tickets {
  #options;
  /** @type {{ ticket: Ticket, at: number } | null} */
  #spare = null;

  /** @param {Pick<ConnectOptions, 'getToken' | 'getUser'>} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * @returns {Promise<string | null>} whoever is logged in, null for nobody
   * @throws whatever the page's functions throw
   */
  async user() {
    const { getUser } = this.#options;
    if (getUser) return asKey(await getUser());
    const ticket = await this.#ask({ refused: false });
    if (!ticket) return null;
    this.#spare = { ticket, at: Date.now() };
    return subjectOf(ticket);
  }

  /**
   * @param {TokenRequest} request
   * @returns {Promise<{ ticket: Ticket, user: string | null } | null>} null when nobody is logged in
   * @throws whatever the page's functions throw
   */
  async next(request) {
    const spare = this.#spare;
    this.#spare = null;
    const fresh = spare && !request.refused && Date.now() - spare.at < SPARE_LIFE;
    const ticket = fresh ? spare.ticket : await this.#ask(request);
    if (!ticket) return null;
    const { getUser } = this.#options;
    return { ticket, user: getUser ? asKey(await getUser()) : subjectOf(ticket) };
  }

  /**
   * @param {TokenRequest} request
   * @returns {Promise<Ticket | null>}
   */
  async #ask(request) {
    const token = await this.#options.getToken(request);
    return typeof token === 'string' ? { token } : token;
  }
}

/** @param {Ticket} ticket */
function subjectOf({ token }) {
  return readToken(token).sub ?? '';
}

/** @param {string | number | null} user */
function asKey(user) {
  return user === null ? null : String(user);
}
