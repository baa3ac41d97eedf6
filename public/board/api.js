/** The requests of the board. */

/** @import { Session } from './session.js' */

/** @typedef {{ id: number, username: string }} Author */
/**
 * @typedef {object} Answer
 * @property {number} id
 * @property {number} question_id
 * @property {string} content
 * @property {Author} author
 * @property {number} vote_count
 * @property {boolean} voted
 * @property {string} created_at
 * @property {string} updated_at
 */
/**
 * @typedef {object} Question
 * @property {number} id
 * @property {string} subject
 * @property {string} content
 * @property {Author} author
 * @property {number} vote_count
 * @property {boolean} voted
 * @property {number} answer_count
 * @property {string} created_at
 * @property {string} updated_at
 */
/** @typedef {Question & { answers: Answer[] }} QuestionWithAnswers */
/** @typedef {{ total: number, questions: Question[] }} QuestionList */
/** @typedef {{ vote_count: number, voted: boolean }} VoteState */

export class ApiError extends Error {
  /**
   * @param {number} status of HTTP; 0 when there was no answer
   * @param {string[]} messages what the server said, a line for each complaint
   */
  constructor(status, messages) {
    super(messages.join(' '));
    this.status = status;
    this.messages = messages;
  }

  /** It may work in a moment, without anybody changing anything. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Api {
  #base;
  #session;

  /**
   * @param {URL} base where the server's paths begin
   * @param {Pick<Session, 'accessToken'>} session
   */
  constructor(base, session) {
    this.#base = base;
    this.#session = session;
  }

  /**
   * @param {string} path
   * @returns {Promise<any>}
   * @throws {ApiError}
   */
  get(path) {
    return this.#request('GET', path);
  }

  /**
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   * @throws {ApiError}
   */
  post(path, body) {
    return this.#request('POST', path, body);
  }

  /**
   * @param {string} path
   * @param {object} body
   * @returns {Promise<any>}
   * @throws {ApiError}
   */
  put(path, body) {
    return this.#request('PUT', path, body);
  }

  /**
   * @param {string} path
   * @returns {Promise<any>}
   * @throws {ApiError}
   */
  delete(path) {
    return this.#request('DELETE', path);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async #request(method, path, body) {
    let answer;
    try {
      const token = await this.#session.accessToken();
      answer = await this.#send(method, path, body, token);
      if (answer.status === 401 && token !== null) {
        const other = await this.#session.accessToken({ refused: true });
        if (other !== null) answer = await this.#send(method, path, body, other);
      }
    } catch {
      throw new ApiError(0, []);
    }
    if (!answer.ok) throw await failureOf(answer);
    return answer.status === 204 ? null : answer.json();
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {string | null} token
   */
  #send(method, path, body, token) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (token !== null) headers['authorization'] = `Bearer ${token}`;
    if (body) headers['content-type'] = 'application/json';
    return fetch(new URL(`api/${path}`, this.#base), {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
    });
  }
}

/** @param {Response} answer */
async function failureOf(answer) {
  const { message } = await answer.json().catch(() => ({ message: [] }));
  return new ApiError(answer.status, [message].flat().map(String));
}
