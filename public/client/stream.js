/**
 * One stream, kept open: it opens an EventSource, notices when it is dead, and opens it again from
 * the cursor with a token that is still good.
 *
 * The browser itself comes back after a lost connection, at the pace the server asked for, and that
 * is left to it. It gives up for good on any answer but 200 (an ended token, too many streams, a
 * proxy without its server), and it never notices a connection that died without a word. Those two,
 * and tokens, are what this file is about.
 */

import { Backoff } from './backoff.js';
import { hasEnded, renewalDelay } from './token.js';

/** @import { ConnectedData, Frame, NotificationData, ReadData, Status, Ticket, Timing, TokenRequest } from './types.js' */

/**
 * @typedef {object} StreamHost what a stream needs to know and whom it tells
 * @property {string} url
 * @property {Timing} timing
 * @property {() => number | null} cursor
 * @property {(request: TokenRequest) => Promise<Ticket | null>} ticket
 * @property {(frame: Frame) => void} onFrame
 * @property {(status: Status) => void} onStatus
 */

export class Stream {
  #host;
  #backoff;
  /** @type {EventSource | null} */
  #source = null;
  /** @type {Ticket | null} */
  #ticket = null;
  /** Counts the openings: what an older one still has to say is not listened to. */
  #opening = 0;
  #connectedAt = 0;
  #receivedAt = 0;
  #replaysLeft = 0;
  #everLive = false;
  #retryTimer = 0;
  #watchTimer = 0;
  #renewTimer = 0;
  #stopped = false;

  /** @param {StreamHost} host */
  constructor(host) {
    this.#host = host;
    this.#backoff = new Backoff(host.timing.retryBase, host.timing.retryCap);
    window.addEventListener('online', this.#onOnline);
    window.addEventListener('offline', this.#onOffline);
    void this.#open({ refused: false });
  }

  /** Ends it for good. May be repeated. */
  stop() {
    this.#stopped = true;
    this.#hangUp();
    window.removeEventListener('online', this.#onOnline);
    window.removeEventListener('offline', this.#onOffline);
  }

  /** Somebody is looking: an attempt that is being waited for is made now. */
  wake() {
    if (this.#retryTimer === 0) return;
    this.#backoff.reset();
    void this.#open({ refused: false });
  }

  #onOnline = () => {
    this.#backoff.reset();
    this.#retry({ refused: false });
  };

  #onOffline = () => {
    this.#hangUp();
    this.#host.onStatus('offline');
  };

  /** @param {TokenRequest} request */
  async #open(request) {
    const opening = this.#hangUp();
    if (this.#stopped) return;
    if (!navigator.onLine) return this.#host.onStatus('offline');
    this.#host.onStatus(this.#everLive ? 'reconnecting' : 'connecting');
    let ticket;
    try {
      ticket = await this.#host.ticket(request);
    } catch {
      if (opening === this.#opening) this.#retry({ refused: request.refused });
      return;
    }
    if (opening !== this.#opening) return;
    if (ticket) this.#listen(ticket);
    else this.#host.onStatus('signed-out');
  }

  /** @param {Ticket} ticket */
  #listen(ticket) {
    const url = new URL(this.#host.url);
    url.searchParams.set('token', ticket.token);
    const cursor = this.#host.cursor();
    if (cursor !== null) url.searchParams.set('last_event_id', String(cursor));
    const source = new EventSource(url);
    this.#source = source;
    this.#ticket = ticket;
    this.#connectedAt = 0;
    source.addEventListener('connected', this.#hear(this.#onConnected));
    source.addEventListener('notification', this.#hear(this.#onNotification));
    source.addEventListener('read', this.#hear(this.#onRead));
    source.addEventListener(
      'heartbeat',
      this.#hear(() => {}),
    );
    source.addEventListener('expired', () => void this.#open({ refused: true }));
    source.addEventListener('error', this.#onError);
    source.addEventListener('open', () => this.#watch(this.#host.timing.answerWithin));
    this.#watch(this.#host.timing.openWithin);
    this.#renewLater(ticket);
  }

  /**
   * @template T
   * @param {(data: T, cursor: number | null) => void} handle
   * @returns {(event: MessageEvent) => void}
   */
  #hear(handle) {
    return (event) => {
      this.#receivedAt = Date.now();
      const cursor = event.lastEventId === '' ? NaN : Number(event.lastEventId);
      handle(JSON.parse(event.data), Number.isSafeInteger(cursor) ? cursor : null);
    };
  }

  #onConnected = (/** @type {ConnectedData} */ data, /** @type {number | null} */ cursor) => {
    this.#connectedAt = Date.now();
    this.#everLive = true;
    this.#replaysLeft = data.replayed;
    // One heartbeat may be late, and a busy tab slow; two missing ones are a dead connection.
    this.#watch(Math.max(data.heartbeat_seconds * 2.5, data.heartbeat_seconds + 5) * 1000);
    this.#host.onFrame({ name: 'connected', data, cursor });
    this.#host.onStatus('live');
  };

  #onNotification = (/** @type {NotificationData} */ data, /** @type {number | null} */ cursor) => {
    const replayed = this.#replaysLeft > 0;
    if (replayed) this.#replaysLeft -= 1;
    this.#host.onFrame({ name: 'notification', data, cursor, replayed });
  };

  #onRead = (/** @type {ReadData} */ data, /** @type {number | null} */ cursor) => {
    this.#host.onFrame({ name: 'read', data, cursor });
  };

  #onError = () => {
    if (this.#source?.readyState === EventSource.CLOSED) return this.#retry({ refused: true });
    // The browser tries again by itself, with the address it has: no use once that token has ended.
    if (this.#ticket && hasEnded(this.#ticket.token, Date.now()))
      return this.#retry({ refused: false });
    this.#host.onStatus('reconnecting');
    if (this.#connectedAt > 0) this.#watch(this.#host.timing.openWithin);
    this.#connectedAt = 0;
  };

  /** @param {number} timeout milliseconds without an event after which the connection is closed */
  #watch(timeout) {
    clearTimeout(this.#watchTimer);
    this.#receivedAt = Date.now();
    const look = () => {
      const left = this.#receivedAt + timeout - Date.now();
      if (left <= 0) this.#retry({ refused: false });
      else this.#watchTimer = window.setTimeout(look, left);
    };
    this.#watchTimer = window.setTimeout(look, timeout);
  }

  /** @param {TokenRequest} request */
  #retry(request) {
    const { stableAfter } = this.#host.timing;
    if (this.#connectedAt > 0 && Date.now() - this.#connectedAt >= stableAfter)
      this.#backoff.reset();
    this.#hangUp();
    this.#host.onStatus(this.#everLive ? 'reconnecting' : 'connecting');
    this.#retryTimer = window.setTimeout(() => void this.#open(request), this.#backoff.next());
  }

  /** @param {Ticket} ticket */
  #renewLater(ticket) {
    const delay = renewalDelay(ticket, Date.now());
    if (delay !== null) this.#renewTimer = window.setTimeout(() => void this.#renew(), delay);
  }

  /** The old stream serves until the new token is here; the new one goes on where it stopped. */
  async #renew() {
    const opening = this.#opening;
    let ticket;
    try {
      ticket = await this.#host.ticket({ refused: false });
    } catch {
      if (opening !== this.#opening) return;
      // Not now. The old token serves a little longer, and `expired` will say when it does not.
      this.#renewTimer = window.setTimeout(() => void this.#renew(), 1_000 + this.#backoff.next());
      return;
    }
    if (opening !== this.#opening) return;
    this.#hangUp();
    if (ticket) this.#listen(ticket);
    else this.#host.onStatus('signed-out');
  }

  /** @returns {number} the number of the opening that may follow */
  #hangUp() {
    this.#source?.close();
    this.#source = null;
    for (const timer of [this.#retryTimer, this.#watchTimer, this.#renewTimer]) clearTimeout(timer);
    this.#retryTimer = this.#watchTimer = this.#renewTimer = 0;
    this.#opening += 1;
    return this.#opening;
  }
}
