/**
 * What a bell does: it listens to the client, fetches the list when somebody looks at it, and marks
 * things as read. It says what there is to show and leaves the showing to its host.
 */

import { connect, streamToken } from '../notifications.js';
import { Inbox } from './inbox.js';
import { InboxApi } from './inbox-api.js';

/** @import { Notification, Status } from '../client/types.js' */
/** @import { GetAccessToken } from './inbox-api.js' */

/**
 * @typedef {object} ControllerHost
 * @property {() => void} onChange there is something else to show
 * @property {(notification: Notification, announce: boolean) => void} onNotification
 * @property {(status: Status) => void} onStatus
 * @property {() => void} onForget another person may be looking now
 */

/** @typedef {'list' | 'read' | null} Problem what could not be done */

const PAGE_SIZE = 20;
const RETRY_AFTER = 5_000;

export class BellController {
  #host;
  #watched = false;
  #stale = true;
  #retryTimer = 0;
  inbox = new Inbox();
  loading = false;
  /** @type {Problem} */
  problem = null;
  api;
  client;

  /**
   * @param {URL} base where the server's paths begin
   * @param {GetAccessToken} getToken
   * @param {() => Promise<string | null>} getUser
   * @param {ControllerHost} host
   */
  constructor(base, getToken, getUser, host) {
    this.#host = host;
    this.api = new InboxApi(base, getToken);
    this.client = connect({
      url: this.api.url('api/notification/stream'),
      getToken: streamToken(this.api.url('api/notification/stream-token'), getToken),
      getUser,
    });
    this.client.addEventListener('status', ({ detail }) => this.#onStatus(detail.status));
    this.client.addEventListener('unread', () => host.onChange());
    this.client.addEventListener('resync', ({ detail }) => this.#onResync(detail.reason));
    this.client.addEventListener('read', ({ detail }) => {
      this.inbox.markRead(detail.ids, detail.rev);
      host.onChange();
    });
    this.client.addEventListener('notification', ({ detail }) => {
      if (this.inbox.loaded) this.inbox.add(detail.notification, detail.rev);
      host.onNotification(detail.notification, detail.announce && !detail.notification.is_read);
      host.onChange();
    });
  }

  get unread() {
    return this.client.unreadCount ?? 0;
  }

  /** @param {boolean} watched somebody looks at the list */
  watch(watched) {
    this.#watched = watched;
    if (watched && this.#stale && !this.loading) void this.refresh();
  }

  /** Fetches the newest ones. May be repeated. */
  async refresh() {
    this.#stale = false;
    await this.#load(null);
  }

  /** Fetches the next older ones. */
  async more() {
    if (!this.loading && !this.inbox.complete && this.inbox.loaded)
      await this.#load(this.inbox.oldestId);
  }

  /**
   * @param {Notification[] | 'all'} which
   * @returns {Promise<void>} when the server has heard of it, or could not
   */
  async read(which) {
    try {
      const ids = which === 'all' ? which : which.map(({ id }) => id);
      const counts = ids === 'all' ? await this.api.readAll() : await this.api.read(ids);
      this.inbox.markRead(ids, counts.rev);
      this.client.offerCounts(counts);
      if (this.problem === 'read') this.problem = null;
    } catch {
      this.problem = 'read';
    }
    this.#host.onChange();
  }

  close() {
    clearTimeout(this.#retryTimer);
    this.client.close();
  }

  /** @param {'missed' | 'user'} reason */
  #onResync(reason) {
    if (reason === 'user') this.#forget();
    this.#stale = true;
    if (this.#watched && !this.loading) void this.refresh();
  }

  /** @param {Status} status */
  #onStatus(status) {
    if (status === 'signed-out') this.#forget();
    if (status === 'live' && this.problem === 'list' && this.#watched) void this.refresh();
    this.#host.onStatus(status);
    this.#host.onChange();
  }

  /** What was shown to one person is not shown to the next one. */
  #forget() {
    this.inbox = new Inbox();
    this.#stale = true;
    this.#host.onForget();
    this.#host.onChange();
  }

  /** @param {number | null} before */
  async #load(before) {
    clearTimeout(this.#retryTimer);
    this.loading = true;
    this.#host.onChange();
    const { inbox } = this;
    try {
      const page = await this.api.list({ size: PAGE_SIZE, before });
      if (before === null) inbox.startWith(page, PAGE_SIZE);
      else inbox.append(page, PAGE_SIZE);
      this.client.offerCounts(page);
      this.problem = null;
    } catch {
      this.problem = 'list';
      if (before === null) this.#stale = true;
      this.#retryTimer = window.setTimeout(() => this.#retry(before), RETRY_AFTER);
    }
    this.loading = false;
    this.#host.onChange();
    if (this.#stale && this.#watched && this.problem === null) void this.refresh();
  }

  /** @param {number | null} before */
  #retry(before) {
    if (this.#watched && this.problem === 'list' && !this.loading) void this.#load(before);
  }
}
