/**
 * A client for the notification stream that keeps itself alive and shares one connection among all
 * tabs of a user.
 *
 *     import { connect } from './notifications.js';
 *
 *     const client = connect({ url: '/api/notification/stream', getToken: () => localStorage.token ?? null });
 *     client.addEventListener('notification', (e) => console.log(e.detail.notification.message));
 *     client.addEventListener('unread', (e) => console.log(e.detail.unreadCount));
 *
 * Every notification is announced once to each tab, in order, whatever happened to the connection
 * in between; `detail.announce` is true in one tab only, the one that should show a toast.
 */

import { Backoff } from './client/backoff.js';
import { openConnection } from './client/connection.js';
import { InboxCursor } from './client/inbox-cursor.js';
import { Tickets } from './client/tickets.js';
import { DEFAULT_TIMING } from './client/types.js';

export { streamToken } from './client/stream-token.js';

/** @import { Connection } from './client/connection.js' */
/** @import { ConnectOptions, Counts, Frame, Notification, Status, Ticket, Timing, TokenRequest } from './client/types.js' */

/**
 * - `notification`: something new. `announce`: this tab is the one to show it. `replayed`: it
 *   happened while there was no connection
 * - `read`: some were read, in whichever tab or browser. `ids` are theirs, or 'all'
 * - `unread`: the exact count, whenever it changes
 * - `status`: see `Status`
 * - `resync`: what is shown may be out of date; whoever shows a list fetches it again. `reason` is
 *   'missed' when something went by that will not come again, 'user' when somebody else has logged in
 *
 * @typedef {object} NotificationClientEvents
 * @property {CustomEvent<{ notification: Notification, rev: number, announce: boolean, replayed: boolean }>} notification
 * @property {CustomEvent<{ ids: number[] | 'all', rev: number }>} read
 * @property {CustomEvent<{ unreadCount: number, rev: number }>} unread
 * @property {CustomEvent<{ status: Status }>} status
 * @property {CustomEvent<{ reason: 'missed' | 'user' }>} resync
 */

/**
 * Opens the stream, or joins the one another tab has open.
 *
 * @param {ConnectOptions} options
 * @returns {NotificationClient}
 * @throws {TypeError} the address is none
 */
export function connect(options) {
  return new NotificationClient(options);
}

export class NotificationClient extends EventTarget {
  #url;
  #shared;
  #tickets;
  /** @type {Timing} */
  #timing;
  #backoff;
  #state;
  /** @type {string | null} */
  #user = null;
  /** @type {Connection | null} */
  #connection = null;
  /** @type {Status} */
  #status = 'connecting';
  /** Counts the joinings: what an older one still learns is not used. */
  #joining = 0;
  #joinTimer = 0;
  #suspended = false;
  #end = new AbortController();

  /** @param {ConnectOptions} options */
  constructor(options) {
    super();
    this.#url = new URL(options.url, document.baseURI).href;
    this.#shared = options.shared ?? true;
    this.#tickets = new Tickets(options);
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#backoff = new Backoff(this.#timing.retryBase, this.#timing.retryCap);
    this.#state = new InboxCursor(options.cursor ?? null);
    this.#followPageLife();
    void this.#join();
  }

  /** @returns {Status} */
  get status() {
    return this.#status;
  }

  /** @returns {number | null} null until it is known */
  get unreadCount() {
    return this.#state.counts?.unread_count ?? null;
  }

  /** @returns {number | null} the revision of `unreadCount` */
  get rev() {
    return this.#state.counts?.rev ?? null;
  }

  /** @returns {number | null} the last notification heard of; the stream goes on after it */
  get cursor() {
    return this.#state.cursor;
  }

  /**
   * Takes over the counts that came with the answer to a request, unless newer ones are known, and
   * tells the other tabs. May be repeated.
   * @param {Counts} counts
   */
  offerCounts(counts) {
    this.#onCounts(counts);
    this.#connection?.tell(counts);
  }

  /**
   * Starts anew, with the token there is now: after a log-in, or when somebody else has logged in.
   * The same user continues where they were; nothing is missed. May be repeated.
   */
  reconnect() {
    if (this.#status === 'closed') return;
    this.#disconnect();
    void this.#join();
  }

  /** Ends it for good. May be repeated. */
  close() {
    this.#end.abort();
    this.#disconnect();
    this.#setStatus('closed');
  }

  /**
   * @template {keyof NotificationClientEvents} K
   * @override
   * @param {K} type
   * @param {((event: NotificationClientEvents[K]) => void) | EventListenerObject | null} listener
   * @param {boolean | AddEventListenerOptions} [options]
   */
  addEventListener(type, listener, options) {
    super.addEventListener(
      type,
      /** @type {EventListenerOrEventListenerObject | null} */ (listener),
      options,
    );
  }

  async #join() {
    const joining = (this.#joining += 1);
    let user;
    try {
      user = await this.#tickets.user();
    } catch {
      if (joining !== this.#joining) return;
      this.#setStatus(navigator.onLine ? 'connecting' : 'offline');
      this.#joinTimer = window.setTimeout(() => void this.#join(), this.#backoff.next());
      return;
    }
    if (joining !== this.#joining) return;
    if (user === null) return this.#setStatus('signed-out');
    this.#backoff.reset();
    this.#become(user);
    this.#setStatus('connecting');
    this.#connection = openConnection(this.#connectionHost(), user, this.#shared);
  }

  /** @param {string} user */
  #become(user) {
    const changed = this.#user !== null && this.#user !== user;
    this.#user = user;
    if (!changed) return;
    this.#state = new InboxCursor();
    this.#dispatch('resync', { reason: 'user' });
  }

  /** @returns {import('./client/connection.js').ConnectionHost} */
  #connectionHost() {
    return {
      url: this.#url,
      timing: this.#timing,
      state: this.#state,
      ticket: (request) => this.#ticket(request),
      deliver: (frame, announce) => this.#deliver(frame, announce),
      onCounts: (counts) => this.#onCounts(counts),
      onMissed: () => this.#dispatch('resync', { reason: 'missed' }),
      onStatus: (status) => this.#setStatus(status),
    };
  }

  /**
   * @param {TokenRequest} request
   * @returns {Promise<Ticket | null>}
   */
  async #ticket(request) {
    const next = await this.#tickets.next(request);
    if (!next) return null;
    if (next.user === this.#user) return next.ticket;
    this.reconnect();
    throw new Error('Somebody else has logged in.');
  }

  /**
   * @param {Frame} frame
   * @param {boolean} announce
   */
  #deliver(frame, announce) {
    for (const effect of this.#state.apply(frame)) {
      if (effect === 'unread') this.#dispatchUnread();
      else if (effect === 'resync') this.#dispatch('resync', { reason: 'missed' });
      else if (frame.name === 'notification') this.#dispatchNotification(frame, announce);
      else if (frame.name === 'read') this.#dispatchRead(frame);
    }
  }

  /**
   * @param {Extract<Frame, { name: 'notification' }>} frame
   * @param {boolean} announce
   */
  #dispatchNotification({ data, replayed }, announce) {
    const { rev, ...notification } = data;
    Reflect.deleteProperty(notification, 'unread_count'); // that is what `unread` is for
    this.#dispatch('notification', { notification, rev, announce, replayed });
  }

  /** @param {Extract<Frame, { name: 'read' }>} frame */
  #dispatchRead({ data }) {
    if (data.notification_ids === null) this.#dispatch('resync', { reason: 'missed' });
    else this.#dispatch('read', { ids: data.notification_ids, rev: data.rev });
  }

  /** @param {Counts} counts */
  #onCounts(counts) {
    if (this.#state.offer(counts)) this.#dispatchUnread();
  }

  #dispatchUnread() {
    const counts = this.#state.counts;
    if (counts) this.#dispatch('unread', { unreadCount: counts.unread_count, rev: counts.rev });
  }

  /** @param {Status} status */
  #setStatus(status) {
    if (status === 'signed-out') this.#disconnect();
    if (status === this.#status || this.#status === 'closed') return;
    this.#status = status;
    this.#dispatch('status', { status });
  }

  /**
   * @template {keyof NotificationClientEvents} K
   * @param {K} type
   * @param {NotificationClientEvents[K]['detail']} detail
   */
  #dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #disconnect() {
    this.#joining += 1;
    clearTimeout(this.#joinTimer);
    this.#connection?.close();
    this.#connection = null;
  }

  /** A page that is frozen or kept for "back" leaves, so that it neither leads nor is waited for. */
  #followPageLife() {
    const { signal } = this.#end;
    const suspend = () => {
      this.#suspended = true;
      this.#disconnect();
    };
    const resume = () => {
      if (!this.#suspended) return;
      this.#suspended = false;
      if (this.#status !== 'signed-out') void this.#join();
    };
    document.addEventListener('freeze', suspend, { signal });
    document.addEventListener('resume', resume, { signal });
    window.addEventListener('pagehide', suspend, { signal });
    window.addEventListener('pageshow', resume, { signal });
  }
}
