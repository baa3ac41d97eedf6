/**
 * The part of the inbox a page has seen so far, newest first. Pages of the list and live events come
 * in any order; the result is the same.
 */

/** @import { Notification } from '../client/types.js' */

/** @typedef {{ rev: number, notifications: Notification[] }} Page */

/** @typedef {{ notification: Notification, rev: number }} Entry as it was at that revision of the inbox */

export class Inbox {
  /** @type {Map<number, Entry>} */
  #byId = new Map();
  /** Nothing becomes unread again, so what was read once stays read. @type {Set<number>} */
  #readIds = new Set();
  /** What was written before this revision has been read. */
  #allReadRev = -1;
  /** False until the first page is there. */
  loaded = false;
  /** True when there is nothing older to fetch. */
  complete = false;

  /** @returns {Notification[]} newest first */
  get items() {
    return this.#entries().map(({ notification }) => notification);
  }

  /** @returns {number | null} the id to fetch the next page before */
  get oldestId() {
    return this.#byId.size > 0 ? Math.min(...this.#byId.keys()) : null;
  }

  /**
   * @param {Notification} notification a live one
   * @param {number} rev
   */
  add(notification, rev) {
    const isRead =
      notification.is_read || rev < this.#allReadRev || this.#readIds.has(notification.id);
    this.#byId.set(notification.id, { notification: { ...notification, is_read: isRead }, rev });
  }

  /**
   * @param {Page} page the newest ones; what was shown before gives way to it
   * @param {number} size how many were asked for
   */
  startWith(page, size) {
    const newest = page.notifications[0]?.id ?? 0;
    // What came after the list was written is newer than all of it.
    const since = this.#entries().filter(({ notification }) => notification.id > newest);
    this.#byId = new Map(since.map((entry) => [entry.notification.id, entry]));
    this.append(page, size);
    this.loaded = true;
  }

  /**
   * @param {Page} page older ones
   * @param {number} size how many were asked for
   */
  append(page, size) {
    for (const notification of page.notifications) this.add(notification, page.rev);
    this.complete = page.notifications.length < size;
  }

  /**
   * @param {number[] | 'all'} ids
   * @param {number} rev of the inbox afterwards
   */
  markRead(ids, rev) {
    if (ids === 'all') this.#allReadRev = Math.max(this.#allReadRev, rev);
    else for (const id of ids) this.#readIds.add(id);
    for (const entry of this.#byId.values()) this.add(entry.notification, entry.rev);
  }

  #entries() {
    return [...this.#byId.values()].sort((a, b) => b.notification.id - a.notification.id);
  }
}
