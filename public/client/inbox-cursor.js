/**
 * What a tab knows of a user's inbox: how far it has heard (the cursor) and the newest counts.
 * It decides what is new, what is a repeat and what was missed; it knows neither streams nor tabs.
 */

/** @import { Counts, Frame } from './types.js' */

/**
 * What a frame means to those who listen. `resync` says that something was missed which the stream
 * will not bring: fetch the list again.
 * @typedef {'notification' | 'read' | 'unread' | 'resync'} Effect
 */

export class InboxCursor {
  /** @type {number | null} the last notification heard of; null before anything was */
  cursor;
  /** @type {Counts | null} */
  counts = null;

  /** @param {number | null} cursor */
  constructor(cursor = null) {
    this.cursor = cursor;
  }

  /**
   * @param {Frame} frame
   * @returns {Effect[]} in the order in which to announce them; empty for a repeat
   */
  apply(frame) {
    if (frame.name === 'connected') return this.#connected(frame);
    if (frame.name === 'read') return this.#withCounts(frame.data, ['read']);
    return this.#notification(frame);
  }

  /**
   * @param {Counts} counts
   * @returns {boolean} true when they are newer than what was known
   */
  offer(counts) {
    if (this.counts && counts.rev <= this.counts.rev) return false;
    this.counts = { unread_count: counts.unread_count, rev: counts.rev };
    return true;
  }

  /**
   * Another tab has heard everything up to `cursor`.
   * @param {number | null} cursor
   * @returns {boolean} true when this tab has missed some of it
   */
  catchUp(cursor) {
    if (cursor === null) return false;
    const behind = this.cursor !== null && cursor > this.cursor;
    if (this.cursor === null || behind) this.cursor = cursor;
    return behind;
  }

  /** @param {Extract<Frame, { name: 'connected' }>} frame */
  #connected({ data, cursor }) {
    // The server knows fewer notifications than we do: its history began anew (a restored database),
    // and its revisions with it.
    const restarted =
      data.resync && cursor !== null && this.cursor !== null && cursor < this.cursor;
    // Whatever else happened while nobody listened, reads for example, is not replayed.
    const changed = this.counts !== null && data.rev > this.counts.rev;
    if (restarted) this.counts = null;
    const behind = this.catchUp(cursor);
    if (restarted) this.cursor = cursor;
    return this.#withCounts(data, data.resync || behind || changed ? ['resync'] : []);
  }

  /** @param {Extract<Frame, { name: 'notification' }>} frame */
  #notification({ data, cursor }) {
    if (cursor !== null && this.cursor !== null && cursor <= this.cursor) return [];
    const gap = cursor !== null && this.cursor !== null && cursor > this.cursor + 1;
    this.cursor = cursor ?? this.cursor;
    /** @type {Effect[]} */
    const effects = gap ? ['notification', 'resync'] : ['notification'];
    return this.#withCounts(data, effects);
  }

  /**
   * @param {Counts} counts
   * @param {Effect[]} effects
   * @returns {Effect[]}
   */
  #withCounts(counts, effects) {
    return this.offer(counts) ? [...effects, 'unread'] : effects;
  }
}
