import { setTimeout as pause } from 'node:timers/promises';
import { Streams } from './streams.mjs';
import { HttpClient } from './http-client.mjs';
import { Ledger } from './ledger.mjs';
import { PLANS } from './plans.mjs';
import { TokenMint } from './tokens.mjs';
import { Stopwatch } from './stopwatch.mjs';

const SETTLE_LIMIT_MS = 30_000;

/** All users of one server: they keep streams open, vote, and read. Users count from zero. */
export class LoadGenerator {
  #board;
  #clients;
  #tokens;
  #streams;
  #ledger;
  #plan;
  #votes = 0;

  /**
   * @param {object} target
   * @param {number[]} target.ports of the instances that take requests, at random
   * @param {number[]} target.streamPorts of those that take streams, user by user in turn
   */
  constructor({ ports, streamPorts, secret, board }) {
    this.#board = board;
    this.#clients = ports.map((port) => new HttpClient(port));
    this.#tokens = new TokenMint(secret, board);
    this.#streams = new Streams(streamPorts, this.#tokens, board, (tab, vote, at) =>
      this.#ledger?.arrivedAt(tab, vote, at),
    );
  }

  /** Opens `tabs` streams for each of the users. @returns {Promise<{ ms: number }>} */
  open({ first = 0, count, tabs = 1 }) {
    return this.#streams.open({ first, count, tabs });
  }

  /** Cuts the streams of these users at once; they keep their cursors. */
  cut({ first = 0, count }) {
    return this.#streams.cut(first, count);
  }

  /** They come back, as many at once as the server takes, and wait for `missed` events each. */
  reconnect({ first = 0, count, missed }) {
    return this.#streams.reconnect(first, count, missed);
  }

  /** What is voted from now on. */
  plan({ name, ...options }) {
    this.#plan = PLANS[name](options);
    this.#votes = 0;
  }

  /**
   * Closed loop: each connection sends the next vote when the one before is answered.
   * @param {object} options
   * @param {number} options.connections
   * @param {number} [options.seconds]
   * @param {number} [options.votes]
   * @param {number} [options.tabs] that must see each vote
   * @param {boolean} [options.isAway] those who must see it are away: do not wait for them
   */
  async voteInLoop({ connections, seconds = Infinity, votes = Infinity, tabs = 1, isAway }) {
    const watch = this.#begin(tabs);
    const last = this.#votes + votes;
    const loop = async () => {
      while (watch.ms < seconds * 1_000 && this.#votes < last) await this.#vote(watch);
    };
    await Promise.all(Array.from({ length: connections }, loop));
    return isAway ? { answeredMs: watch.ms } : this.#settle(watch);
  }

  /** Open loop: a vote whenever it is due, whatever has become of the ones before. */
  async voteSteadily({ rate, seconds, tabs = 1 }) {
    const watch = this.#begin(tabs);
    const under = new Set();
    for (let sent = 0; sent < rate * seconds; sent += 1) {
      const wait = (sent / rate) * 1_000 - watch.ms;
      if (wait > 0) await pause(wait);
      const vote = this.#vote(watch).finally(() => under.delete(vote));
      under.add(vote);
    }
    await Promise.all(under);
    return this.#settle(watch);
  }

  /** For votes whose receivers were away: what they have got by now. */
  balance() {
    return { ...this.#ledger.balance(), disordered: this.#streams.disordered };
  }

  /** One after the other. @returns {Promise<{ ms: number[], bodies: string[] }>} ms of each */
  async request({ calls }) {
    const watch = new Stopwatch();
    const bodies = [];
    for (const { method, path, user, body } of calls) {
      const from = performance.now();
      const answer = await this.#clients[0].request(
        method,
        path,
        this.#tokens.of(user),
        body && JSON.stringify(body),
      );
      watch.lap(performance.now() - from);
      if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status}`);
      bodies.push(answer.body);
    }
    return { ms: watch.laps, bodies };
  }

  /** What follows is counted by itself. */
  #begin(tabs) {
    this.#ledger = new Ledger({ questions: this.#board.questions, tabs });
    return new Stopwatch();
  }

  async #vote(watch) {
    const vote = this.#plan(this.#votes);
    this.#votes += 1;
    const path = `/api/question/${this.#board.firstQuestion + vote.question}/vote`;
    const token = this.#tokens.of(vote.voter);
    const from = performance.now();
    this.#ledger.sent(vote, from);
    const client = this.#clients[Math.floor(Math.random() * this.#clients.length)];
    const { status } = await client.request('POST', path, token).catch(() => ({ status: 0 }));
    watch.lap(performance.now() - from);
    this.#ledger.answered(vote, status === 200 || status === 201);
  }

  /** Waits until all has arrived that must; the time until then counts. */
  async #settle(watch) {
    const answeredMs = watch.ms;
    const limit = answeredMs + SETTLE_LIMIT_MS;
    while (!this.#ledger.isComplete && watch.ms < limit) await pause(2);
    const settledMs = watch.ms;
    // What comes twice comes late.
    await pause(200);
    this.#ledger.disordered = this.#streams.disordered;
    return {
      ...this.#ledger.balance(),
      brokenStreams: this.#streams.broken,
      answeredMs,
      settledMs,
      votes: watch.laps,
      toasts: this.#ledger.toasts,
    };
  }
}
