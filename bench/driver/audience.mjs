import { setTimeout as pause } from 'node:timers/promises';
import { EventStream } from './event-stream.mjs';
import { Stopwatch } from './stopwatch.mjs';

/** Streams being opened at once: below the 511 that a server lets wait by default. */
const OPENING_AT_ONCE = 200;
const OPEN_LIMIT_MS = 60_000;
const COME_BACK_LIMIT_MS = 120_000;

/** The open streams. Everybody's tabs, what each has seen last, and what went wrong with them. */
export class Audience {
  #ports;
  #tokens;
  #board;
  #onNotification;
  /** @type {Map<string, Seat>} */
  #seats = new Map();
  /** Ids that did not rise on their stream. */
  disordered = 0;
  /** Why streams ended that should not have. @type {string[]} */
  broken = [];

  /**
   * @param {number[]} ports of instances; users are spread over them
   * @param {(tab: number, vote: { voter: number, question: number }, at: number) => void} onNotification
   */
  constructor(ports, tokens, board, onNotification) {
    this.#ports = ports;
    this.#tokens = tokens;
    this.#board = board;
    this.#onNotification = onNotification;
  }

  async open({ first, count, tabs }) {
    const watch = new Stopwatch();
    const seats = [];
    for (let index = 0; index < count * tabs; index += 1) {
      const seat = { user: first + Math.floor(index / tabs), tab: index % tabs, seen: 0, last: 0 };
      this.#seats.set(`${seat.user}/${seat.tab}`, seat);
      seats.push(seat);
    }
    await this.#openAll(seats);
    return { ms: watch.ms };
  }

  cut(first, count) {
    for (const seat of this.#of(first, count)) seat.stream.cut();
  }

  async comeBack(first, count, missed) {
    const watch = new Stopwatch();
    const seats = this.#of(first, count);
    for (const seat of seats) Object.assign(seat, { seen: 0, cursor: seat.stream.cursor });
    const progress = [];
    const look = setInterval(() => {
      const seen = seats.reduce((sum, seat) => sum + seat.seen, 0);
      progress.push({ ms: Math.round(watch.ms), seen });
    }, 100);
    await this.#openAll(seats);
    const openedMs = watch.ms;
    while (seats.some(({ seen }) => seen < missed) && watch.ms < COME_BACK_LIMIT_MS) await pause(5);
    clearInterval(look);
    progress.push({
      ms: Math.round(watch.ms),
      seen: seats.reduce((sum, { seen }) => sum + seen, 0),
    });
    const resumed = seats.filter(({ hello }) => hello.resumed && hello.replayed === missed).length;
    return { openedMs, ms: watch.ms, resumed, progress };
  }

  async #openAll(seats) {
    const watch = new Stopwatch();
    let next = 0;
    const opener = async () => {
      while (next < seats.length && watch.ms < OPEN_LIMIT_MS) {
        const seat = seats[next];
        next += 1;
        await this.#openOne(seat);
      }
    };
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, opener));
    if (next < seats.length) throw new Error(`Only ${next} of ${seats.length} streams were opened`);
  }

  /** Resolves with its first event. */
  #openOne(seat) {
    return new Promise((resolve, reject) => {
      const port = this.#ports[seat.user % this.#ports.length];
      const target = { port, token: this.#tokens.of(seat.user), cursor: seat.cursor };
      let isOpen = false;
      seat.stream = new EventStream(target, {
        frame: ({ type, id, data }) => {
          if (type === 'notification') {
            this.#notified(seat, id, data);
          } else if (type === 'connected') {
            seat.hello = JSON.parse(data);
            isOpen = true;
            resolve();
          }
        },
        end: (reason) => {
          if (isOpen) this.broken.push(reason);
          else reject(new Error(`A stream was not opened: ${reason}`));
        },
      });
    });
  }

  #notified(seat, id, data) {
    const at = performance.now();
    const { actor_username: actor, resource_id: resource } = JSON.parse(data);
    seat.seen += 1;
    if (Number(id) <= seat.last) this.disordered += 1;
    seat.last = Number(id);
    const voter = parseInt(actor.slice(1), 10);
    this.#onNotification(seat.tab, { voter, question: resource - this.#board.firstQuestion }, at);
  }

  #of(first, count) {
    return [...this.#seats.values()].filter(({ user }) => user >= first && user < first + count);
  }
}

/**
 * One tab of a user.
 * @typedef {object} Seat
 * @property {number} user
 * @property {number} tab
 * @property {number} seen notifications since it was opened
 * @property {number} last id of the last one
 * @property {string} [cursor] to come back with
 * @property {EventStream} [stream]
 * @property {Record<string, unknown>} [hello] the data of `connected`
 */
