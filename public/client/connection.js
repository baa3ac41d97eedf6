/**
 * How a tab gets its events: by a connection shared with the other tabs where the browser can do
 * that, else by one of its own.
 */

import { SharedConnection } from './shared-connection.js';
import { Stream } from './stream.js';

/** @import { InboxCursor } from './inbox-cursor.js' */
/** @import { Counts, Frame, Status, Ticket, Timing, TokenRequest } from './types.js' */

/**
 * @typedef {object} ConnectionHost whom a connection works for
 * @property {string} url absolute
 * @property {Timing} timing
 * @property {InboxCursor} state
 * @property {(request: TokenRequest) => Promise<Ticket | null>} ticket
 * @property {(frame: Frame, announce: boolean) => void} deliver frames may repeat
 * @property {(counts: Counts) => void} onCounts counts may be old
 * @property {() => void} onMissed something went by that will not come again
 * @property {(status: Status) => void} onStatus
 */

/** @typedef {{ close(): void, tell(counts: Counts): void }} Connection */

/** Locks exist in secure contexts only: https, and http on localhost. */
function canShare() {
  return 'locks' in navigator && typeof BroadcastChannel === 'function';
}

/**
 * @param {ConnectionHost} host
 * @param {string} user
 * @param {boolean} shared
 * @returns {Connection}
 */
export function openConnection(host, user, shared) {
  if (shared && canShare()) return new SharedConnection(host, `notifications:${host.url}:${user}`);
  const stream = new Stream({
    url: host.url,
    timing: host.timing,
    ticket: host.ticket,
    cursor: () => host.state.cursor,
    onFrame: (frame) => host.deliver(frame, true),
    onStatus: host.onStatus,
  });
  const wake = () => {
    if (document.visibilityState === 'visible') stream.wake();
  };
  document.addEventListener('visibilitychange', wake);
  return {
    tell() {},
    close() {
      document.removeEventListener('visibilitychange', wake);
      stream.stop();
    },
  };
}
