/** Somebody else, who acts by the same requests as everybody. */

import { Api } from './api.js';

/** @import { TokenRequest } from '../client/types.js' */

/** @typedef {{ username: string, password: string }} DemoAccount */

export class DemoPerson {
  #api;
  #account;
  /** @type {string | null} */
  #token = null;

  /**
   * @param {URL} home where the server's paths begin
   * @param {DemoAccount} account
   */
  constructor(home, account) {
    this.#account = account;
    this.#api = new Api(home, { accessToken: (request) => this.#accessToken(request) });
  }

  /**
   * Answers a question, and votes for it unless that was done before.
   * @param {number} questionId
   * @param {string} content of the answer
   * @returns {Promise<{ isVoteNew: boolean }>}
   * @throws {ApiError} one of the requests failed
   */
  async react(questionId, content) {
    await this.#logIn();
    const { voted } = await this.#api.get(`question/${questionId}`);
    if (!voted) await this.#api.post(`question/${questionId}/vote`);
    await this.#api.post(`question/${questionId}/answer`, { content });
    return { isVoteNew: !voted };
  }

  async #logIn() {
    if (this.#token !== null) return;
    const { username, password } = this.#account;
    this.#token = (await this.#api.post('user/login', { username, password })).access_token;
  }

  /**
   * @param {TokenRequest} [request] a refused token has ended: the next one needs a new log-in
   * @returns {Promise<string | null>}
   */
  async #accessToken({ refused } = { refused: false }) {
    if (refused && this.#token !== null) {
      this.#token = null;
      await this.#logIn();
    }
    return this.#token;
  }
}
