import { setTimeout as pause } from 'node:timers/promises';
import { EventStream } from './event-stream.mjs';
import { Stopwatch } from './stopwatch.mjs';

/** Streams being opened at once: below the 511 that a server lets wait by default. */
const OPENING_AT_ONCE = 200;
const OPEN_LIMIT_MS = 60_000;
const RECONNECT_LIMIT_MS = 120_000;

/** The open streams. Everybody's tabs, what each has seen last, and what went wrong with them. */
export class Streams {
  #ports;
  #tokens;
  #board;
  #onNotification;
  /** @type {Map<string, StreamConnection>} */
  #connections = new Map();
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
    const connections = [];
    for (let index = 0; index < count * tabs; index += 1) {
      const connection = {
        user: first + Math.floor(index / tabs),
        tab: index % tabs,
        seen: 0,
        last: 0,
      };
      this.#connections.set(`${connection.user}/${connection.tab}`, connection);
      connections.push(connection);
    }
    await this.#openAll(connections);
    return { ms: watch.ms };
  }

  cut(first, count) {
    for (const connection of this.#of(first, count)) connection.stream.cut();
  }

  async reconnect(first, count, missed) {
    const watch = new Stopwatch();
    const connections = this.#of(first, count);
    for (const connection of connections)
      Object.assign(connection, { seen: 0, cursor: connection.stream.cursor });
    const progress = [];
    const look = setInterval(() => {
      const seen = connections.reduce((sum, connection) => sum + connection.seen, 0);
      progress.push({ ms: Math.round(watch.ms), seen });
    }, 100);
    await this.#openAll(connections);
    const openedMs = watch.ms;
    while (connections.some(({ seen }) => seen < missed) && watch.ms < RECONNECT_LIMIT_MS)
      await pause(5);
    clearInterval(look);
    progress.push({
      ms: Math.round(watch.ms),
      seen: connections.reduce((sum, { seen }) => sum + seen, 0),
    });
    const resumed = connections.filter(
      ({ hello }) => hello.resumed && hello.replayed === missed,
    ).length;
    return { openedMs, ms: watch.ms, resumed, progress };
  }

  async #openAll(connections) {
    const watch = new Stopwatch();
    let next = 0;
    const opener = async () => {
      while (next < connections.length && watch.ms < OPEN_LIMIT_MS) {
        const connection = connections[next];
        next += 1;
        await this.#openOne(connection);
      }
    };
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, opener));
    if (next < connections.length)
      throw new Error(`Only ${next} of ${connections.length} streams were opened`);
  }

  /** Resolves with its first event. */
  #openOne(connection) {
    return new Promise((resolve, reject) => {
      const port = this.#ports[connection.user % this.#ports.length];
      const target = { port, token: this.#tokens.of(connection.user), cursor: connection.cursor };
      let isOpen = false;
      connection.stream = new EventStream(target, {
        frame: ({ type, id, data }) => {
          if (type === 'notification') {
            this.#notified(connection, id, data);
          } else if (type === 'connected') {
            connection.hello = JSON.parse(data);
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

  #notified(connection, id, data) {
    const at = performance.now();
    const { actor_username: actor, resource_id: resource } = JSON.parse(data);
    connection.seen += 1;
    if (Number(id) <= connection.last) this.disordered += 1;
    connection.last = Number(id);
    const voter = parseInt(actor.slice(1), 10);
    this.#onNotification(
      connection.tab,
      { voter, question: resource - this.#board.firstQuestion },
      at,
    );
  }

  #of(first, count) {
    return [...this.#connections.values()].filter(
      ({ user }) => user >= first && user < first + count,
    );
  }
}

/**
 * One tab of a user.
 * @typedef {object} StreamConnection
 * @property {number} user
 * @property {number} tab
 * @property {number} seen notifications since it was opened
 * @property {number} last id of the last one
 * @property {string} [cursor] to come back with
 * @property {EventStream} [stream]
 * @property {Record<string, unknown>} [hello] the data of `connected`
 */
