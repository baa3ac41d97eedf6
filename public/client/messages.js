/**
 * What the tabs of one user say to each other: a typed BroadcastChannel.
 */

/** @import { Counts, Frame, Status } from './types.js' */

/**
 * - `hello`: a tab came, or a leader wants to know who is here; everybody answers `presence`, the
 *   leader also `state`
 * - `presence`: who could show a toast
 * - `state`: the leader's view; also its sign of life
 * - `ping`: is there a leader?
 * - `wake`: somebody looks at a page that is not live
 * - `frame`: an event of the stream; `announcer` is the tab that shows it
 * - `counts`: the answer to a request one tab has made
 *
 * @typedef {{ visible: boolean, focusedAt: number }} Presence
 * @typedef {{ status: Status, cursor: number | null, counts: Counts | null }} LeaderState
 * @typedef {{ type: 'hello' } | { type: 'ping' } | { type: 'wake' }
 *   | { type: 'presence', presence: Presence }
 *   | { type: 'state', state: LeaderState }
 *   | { type: 'frame', frame: Frame, announcer: string }
 *   | { type: 'counts', counts: Counts }} TabMessage
 */

export class TabChannel {
  #channel;
  #tab;

  /**
   * @param {string} name
   * @param {string} tab this tab's id
   * @param {(message: TabMessage, from: string) => void} onMessage never called with one's own
   */
  constructor(name, tab, onMessage) {
    this.#tab = tab;
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener('message', ({ data }) => onMessage(data.message, data.from));
  }

  /** @param {TabMessage} message */
  post(message) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has one origin
    this.#channel.postMessage({ from: this.#tab, message });
  }

  close() {
    this.#channel.close();
  }
}
