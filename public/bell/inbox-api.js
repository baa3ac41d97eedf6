/** The requests a bell makes. All of them reject when the server cannot answer, or says no. */

/** @import { Counts, Notification, TokenRequest } from '../client/types.js' */

/** @typedef {(request: TokenRequest) => string | null | Promise<string | null>} GetAccessToken */
/** @typedef {Counts & { total: number, cursor: number, notifications: Notification[] }} NotificationList */

export class RequestFailed extends Error {
  /** @param {number} status of HTTP; 0 when nobody is logged in */
  constructor(status) {
    super(`The server answered ${status}.`);
    this.status = status;
  }
}

export class InboxApi {
  #base;
  #getToken;

  /**
   * @param {URL} base where the server's paths begin
   * @param {GetAccessToken} getToken
   */
  constructor(base, getToken) {
    this.#base = base;
    this.#getToken = getToken;
  }

  /** @param {string} path */
  url(path) {
    return new URL(path, this.#base);
  }

  /**
   * @param {{ size: number, before: number | null }} query
   * @returns {Promise<NotificationList>}
   */
  list({ size, before }) {
    const url = this.url(`api/notification/list?size=${size}`);
    if (before !== null) url.searchParams.set('before', String(before));
    return this.#request('GET', url);
  }

  /**
   * @param {number[]} ids
   * @returns {Promise<Counts>} may be repeated
   */
  read(ids) {
    return this.#request('PUT', this.url('api/notification/read'), { notification_ids: ids });
  }

  /** @returns {Promise<Counts>} may be repeated */
  readAll() {
    return this.#request('PUT', this.url('api/notification/read-all'));
  }

  /**
   * @param {number} answerId
   * @returns {Promise<number>}
   */
  async questionOf(answerId) {
    /** @type {{ question_id: number }} */
    const answer = await this.#request('GET', this.url(`api/answer/${answerId}`));
    return answer.question_id;
  }

  /**
   * @param {string} method
   * @param {URL} url
   * @param {object} [body]
   */
  async #request(method, url, body) {
    let answer = await this.#send(method, url, body, { refused: false });
    if (answer.status === 401) answer = await this.#send(method, url, body, { refused: true });
    if (!answer.ok) throw new RequestFailed(answer.status);
    return answer.json();
  }

  /**
   * @param {string} method
   * @param {URL} url
   * @param {object | undefined} body
   * @param {TokenRequest} request
   */
  async #send(method, url, body, request) {
    const token = await this.#getToken(request);
    if (token === null) throw new RequestFailed(0);
    /** @type {Record<string, string>} */
    const headers = { authorization: `Bearer ${token}` };
    if (body) headers['content-type'] = 'application/json';
    return fetch(url, { method, headers, body: body ? JSON.stringify(body) : null });
  }
}
