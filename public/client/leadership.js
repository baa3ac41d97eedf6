/**
 * One tab leads. The lock of that name is the office: the browser hands it on when the tab that
 * holds it goes away, in the order of asking. A tab that holds it and does not run any more (frozen,
 * or stuck) keeps the lock; so the others listen for signs of life and take it in the end.
 */

/** @import { Timing } from './types.js' */

/**
 * @typedef {object} LeadershipHost
 * @property {() => void} onLead this tab leads from now on
 * @property {() => void} onStepDown another tab has taken over
 * @property {() => void} askForLife the leader must answer, by way of `heard`
 */

export class Leadership {
  #name;
  #timing;
  #host;
  #queue = new AbortController();
  #release = () => {};
  #leading = false;
  #ended = false;
  #heardAt = Date.now();
  #timer = 0;

  /**
   * @param {string} name
   * @param {Timing} timing
   * @param {LeadershipHost} host
   */
  constructor(name, timing, host) {
    this.#name = name;
    this.#timing = timing;
    this.#host = host;
    this.#ask(false);
    this.#listenForLife();
  }

  get leading() {
    return this.#leading;
  }

  /** The leader has given a sign of life. */
  heard() {
    this.#heardAt = Date.now();
  }

  /** Leaves the office or the queue for it. */
  end() {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#queue.abort();
    this.#release();
  }

  /** @param {boolean} steal take the lock from whoever holds it */
  #ask(steal) {
    this.#queue.abort();
    this.#queue = new AbortController();
    /** @type {LockOptions} */
    const options = steal ? { steal } : { signal: this.#queue.signal };
    // Rejected when the queue was left, or when another tab took the office.
    navigator.locks.request(this.#name, options, () => this.#hold()).catch(() => this.#stepDown());
  }

  #hold() {
    if (this.#ended) return undefined;
    clearTimeout(this.#timer);
    this.#leading = true;
    this.#host.onLead();
    return new Promise((resolve) => {
      this.#release = () => resolve(undefined);
    });
  }

  #stepDown() {
    if (!this.#leading || this.#ended) return;
    this.#leading = false;
    this.#host.onStepDown();
    this.heard();
    this.#ask(false);
    this.#listenForLife();
  }

  #listenForLife() {
    const { leaderSilence } = this.#timing;
    const left = this.#heardAt + leaderSilence - Date.now();
    // Drawn, so that twenty tabs do not all ask: the answer to one is heard by all.
    const wait = Math.max(left, 0) + Math.random() * leaderSilence * 0.4;
    this.#timer = window.setTimeout(() => {
      if (this.#heardAt + leaderSilence > Date.now()) return this.#listenForLife();
      this.#awaitAnswer();
    }, wait);
  }

  #awaitAnswer() {
    const askedAt = Date.now();
    const { leaderAnswer } = this.#timing;
    this.#host.askForLife();
    this.#timer = window.setTimeout(
      () => {
        if (this.#heardAt < askedAt) this.#ask(true);
        this.#listenForLife();
      },
      leaderAnswer * (1 + Math.random() * 0.5),
    );
  }
}
