/** The parts of a bell that are always there: the button, the badge, the state beside it. */

import { h, icon } from '../lib/dom.js';

/** @import { Status } from '../client/types.js' */
/** @import { BellTexts } from './texts.js' */

/** Milliseconds: a shorter interruption of the connection is not shown. */
const INTERRUPTION_MS = 1_500;

export class BellView {
  #texts;
  #timer = 0;
  #badge = h('span', { class: 'badge', part: 'badge', 'aria-hidden': 'true', hidden: true });
  #pillText = h('span', { class: 'text' });
  #pill = h(
    'span',
    { class: 'pill', part: 'status', hidden: true },
    icon('M12 8v5M12 16.5v.01', 'M12 3.5l9.5 17h-19z'),
    this.#pillText,
  );
  // Announces the state. The pill itself cannot: a region that was hidden is not read when it appears.
  #spoken = h('span', { class: 'hidden', role: 'status' });
  button;
  element;

  /**
   * @param {BellTexts} texts
   * @param {() => void} onToggle
   */
  constructor(texts, onToggle) {
    this.#texts = texts;
    this.button = h(
      'button',
      {
        type: 'button',
        class: 'button',
        part: 'button',
        'aria-haspopup': 'dialog',
        'aria-expanded': 'false',
        'aria-controls': 'panel',
        onclick: onToggle,
      },
      icon('M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15z', 'M10 20.5a2.2 2.2 0 0 0 4 0'),
      this.#badge,
    );
    this.element = h('div', { class: 'bell', part: 'bell' }, this.#pill, this.button, this.#spoken);
    this.showUnread(0);
  }

  /** @param {number} unread */
  showUnread(unread) {
    this.button.setAttribute('aria-label', this.#texts.label(unread));
    this.#badge.hidden = unread === 0;
    this.#badge.textContent = unread > 99 ? '99+' : String(unread);
  }

  /** @param {Status} status */
  showStatus(status) {
    clearTimeout(this.#timer);
    if (status === 'live') return this.#showPill(null);
    const passing = status === 'connecting' || status === 'reconnecting';
    this.#timer = window.setTimeout(
      () => this.#showPill(status),
      passing && this.#pill.hidden ? INTERRUPTION_MS : 0,
    );
  }

  /** @param {Status | null} status null: nothing to say */
  #showPill(status) {
    const wasHidden = this.#pill.hidden;
    this.#pill.hidden = status === null;
    this.#pillText.textContent = status ? this.#texts.status[status] : '';
    this.#pill.title = status ? (Reflect.get(this.#texts.statusHint, status) ?? '') : '';
    if (status) this.#spoken.textContent = this.#texts.status[status];
    else if (!wasHidden) this.#spoken.textContent = this.#texts.status.live;
  }

  /** Stops what is still to come. */
  end() {
    clearTimeout(this.#timer);
  }
}
