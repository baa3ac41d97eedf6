/**
 * The shapes that travel: over the wire (snake_case, as the server sends them) and to those who
 * listen to the client (camelCase). Types only; nothing here runs.
 */

/**
 * @typedef {object} Notification
 * @property {number} id
 * @property {string} actor_username
 * @property {string} event_type 'question.voted', 'answer.created', 'answer.voted', or a later kind
 * @property {string} resource_type 'question' or 'answer', or a later kind
 * @property {number} resource_id
 * @property {string} message ready to show, in the receiver's language. Text, never HTML
 * @property {boolean} is_read
 * @property {string} created_at ISO 8601, UTC
 */

/**
 * An unread count and the revision of the inbox it belongs to. They are one value: whoever holds
 * several keeps the one with the highest `rev`.
 * @typedef {{ unread_count: number, rev: number }} Counts
 */

/**
 * @typedef {Counts & { resumed: boolean, replayed: number, resync: boolean, heartbeat_seconds: number }} ConnectedData
 * @typedef {Notification & Counts} NotificationData
 * @typedef {Counts & { notification_ids: number[] | 'all' | null }} ReadData
 */

/**
 * One event of the stream; `cursor` is its id, null where the server sent none that is a number.
 * @typedef {{ name: 'connected', data: ConnectedData, cursor: number | null }
 *   | { name: 'notification', data: NotificationData, cursor: number | null, replayed: boolean }
 *   | { name: 'read', data: ReadData, cursor: number | null }} Frame
 */

/**
 * - `connecting`: the first connection is on its way
 * - `live`: what happens is shown as it happens
 * - `reconnecting`: the connection was lost; it is being made again
 * - `offline`: the browser has no network; the client waits for it
 * - `signed-out`: there is no token to be had; `reconnect()` after the next log-in
 * - `closed`: `close()` was called
 * @typedef {'connecting' | 'live' | 'reconnecting' | 'offline' | 'signed-out' | 'closed'} Status
 */

/**
 * What opens a stream.
 * @typedef {object} Ticket
 * @property {string} token put into the stream's address
 * @property {number} [endsAt] when the server will end the stream, in milliseconds since 1970. Left
 *   out: the token's own `exp`
 */

/**
 * `refused` is true when the last attempt was turned away: a token that merely looks valid may have
 * been revoked, so ask the server about it, or get another one.
 * @typedef {{ refused: boolean }} TokenRequest
 */

/**
 * @typedef {object} ConnectOptions
 * @property {string | URL} url the stream's address; a relative one is taken from the page's
 * @property {(request: TokenRequest) => Token | Promise<Token>} getToken called before every
 *   connection and shortly before the token's end. Null means "nobody is logged in"; a throw means
 *   "not now" and is tried again
 * @property {() => UserKey | Promise<UserKey>} [getUser] whose notifications these are, so that tabs of
 *   different people never mix. Left out: the `sub` of what `getToken` returns
 * @property {number} [cursor] deliver everything after this one, for example the `cursor` of a list
 *   fetched before. Left out: from now on
 * @property {boolean} [shared] false: this tab opens a stream of its own, whatever the browser can do
 * @property {Partial<Timing>} [timing] for tests and unusual networks
 */

/** @typedef {string | Ticket | null} Token a JWT, or a JWT with the end of its stream; null: logged out */
/** @typedef {string | number | null} UserKey */

/**
 * @typedef {object} Timing in milliseconds
 * @property {number} retryBase the first wait before opening again is drawn from 0 to this
 * @property {number} retryCap no wait is longer
 * @property {number} openWithin a stream the server has not answered after this is opened anew
 * @property {number} answerWithin so is one that was answered and has not begun: a server whose
 *   database is away holds it open until it can begin, so this is longer
 * @property {number} stableAfter a connection that lived this long resets the waits
 * @property {number} leaderSilence a leader not heard of for this long is asked for a sign of life
 * @property {number} leaderAnswer and replaced when none came within this
 */

/** @type {Readonly<Timing>} */
export const DEFAULT_TIMING = Object.freeze({
  retryBase: 1_000,
  retryCap: 30_000,
  openWithin: 30_000,
  answerWithin: 120_000,
  stableAfter: 10_000,
  leaderSilence: 5_000,
  leaderAnswer: 3_000,
});
