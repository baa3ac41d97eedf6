/**
 * Full jitter: each wait is drawn from zero to a bound that doubles with every failure. After an
 * outage the clients come back spread out, not as one wave.
 */
export class Backoff {
  #failures = 0;
  #base;
  #cap;

  /**
   * @param {number} base milliseconds, the bound of the first wait
   * @param {number} cap milliseconds, no bound is higher
   */
  constructor(base, cap) {
    this.#base = base;
    this.#cap = cap;
  }

  /** @returns {number} milliseconds to wait before the next attempt */
  next() {
    const bound = Math.min(this.#cap, this.#base * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return Math.random() * bound;
  }

  reset() {
    this.#failures = 0;
  }
}
