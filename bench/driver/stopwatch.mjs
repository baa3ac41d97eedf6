/** Time since it was made, and laps that others took. All in milliseconds. */
export class Stopwatch {
  #from = performance.now();
  /** @type {number[]} */
  laps = [];

  get ms() {
    return performance.now() - this.#from;
  }

  lap(ms) {
    this.laps.push(ms);
  }
}
