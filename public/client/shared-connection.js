/**
 * One stream for all tabs of one user in one browser. The tab that leads holds it and passes on
 * every event; the others listen, and know the cursor well enough to take over at any moment.
 */

import { Leadership } from './leadership.js';
import { TabPresence } from './presence.js';
import { Stream } from './stream.js';
import { TabChannel } from './messages.js';

/** @import { ConnectionHost } from './connection.js' */
/** @import { Counts, Frame, Status } from './types.js' */
/** @import { LeaderState, TabMessage } from './messages.js' */

export class SharedConnection {
  #host;
  #tab = crypto.randomUUID();
  #presence;
  #channel;
  #leadership;
  /** @type {Stream | null} the leader's */
  #stream = null;
  /** @type {Status} */
  #status = 'connecting';
  #closed = false;

  /**
   * @param {ConnectionHost} host
   * @param {string} name the same in all tabs that share, and in no others
   */
  constructor(host, name) {
    this.#host = host;
    this.#channel = new TabChannel(name, this.#tab, (message, from) =>
      this.#onMessage(message, from),
    );
    this.#presence = new TabPresence(name, this.#tab, () => this.#onPresence());
    this.#leadership = new Leadership(`${name}:leader`, host.timing, {
      onLead: () => this.#lead(),
      onStepDown: () => this.#stepDown(),
      askForLife: () => this.#channel.post({ type: 'ping' }),
    });
    void this.#presence.held.then(() => this.#introduce());
  }

  /**
   * The answer to a request of this tab: the others want to know.
   * @param {Counts} counts
   */
  tell(counts) {
    this.#channel.post({ type: 'counts', counts });
  }

  close() {
    this.#closed = true;
    this.#stream?.stop();
    this.#leadership.end();
    this.#presence.end();
    this.#channel.close();
  }

  #introduce() {
    if (this.#closed) return;
    this.#channel.post({ type: 'hello' });
    this.#channel.post({ type: 'presence', presence: this.#presence.own });
  }

  #onPresence() {
    this.#channel.post({ type: 'presence', presence: this.#presence.own });
    if (!this.#presence.own.visible || this.#status === 'live') return;
    if (this.#stream) this.#stream.wake();
    else this.#channel.post({ type: 'wake' });
  }

  #lead() {
    const { url, timing, state, ticket } = this.#host;
    this.#channel.post({ type: 'hello' });
    this.#stream = new Stream({
      url,
      timing,
      ticket,
      cursor: () => state.cursor,
      onFrame: (frame) => this.#passOn(frame),
      onStatus: (status) => this.#onStreamStatus(status),
    });
  }

  #stepDown() {
    this.#stream?.stop();
    this.#stream = null;
    this.#introduce();
  }

  /** @param {Frame} frame */
  #passOn(frame) {
    const announcer = this.#presence.announcer();
    this.#channel.post({ type: 'frame', frame, announcer });
    this.#host.deliver(frame, announcer === this.#tab);
  }

  /** @param {Status} status */
  #onStreamStatus(status) {
    this.#status = status;
    // Having no token is this tab's own affair: it leaves, and another one may have one.
    if (status !== 'signed-out') this.#postState();
    this.#host.onStatus(status);
  }

  #postState() {
    const { cursor, counts } = this.#host.state;
    this.#channel.post({ type: 'state', state: { status: this.#status, cursor, counts } });
  }

  /**
   * @param {TabMessage} message
   * @param {string} from
   */
  #onMessage(message, from) {
    switch (message.type) {
      case 'hello':
        this.#channel.post({ type: 'presence', presence: this.#presence.own });
        if (this.#leadership.leading) this.#postState();
        break;
      case 'ping':
        if (this.#leadership.leading) this.#postState();
        break;
      case 'wake':
        this.#stream?.wake();
        break;
      case 'presence':
        this.#presence.note(from, message.presence);
        break;
      case 'counts':
        this.#host.onCounts(message.counts);
        break;
      case 'frame':
        this.#leadership.heard();
        this.#host.deliver(message.frame, message.announcer === this.#tab);
        break;
      case 'state':
        this.#leadership.heard();
        if (!this.#leadership.leading) this.#follow(message.state);
        break;
    }
  }

  /** @param {LeaderState} leader */
  #follow({ status, cursor, counts }) {
    this.#status = status;
    if (counts) this.#host.onCounts(counts);
    if (this.#host.state.catchUp(cursor)) this.#host.onMissed();
    this.#host.onStatus(status);
  }
}
