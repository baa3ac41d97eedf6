/**
 * What has just happened, in the corner of the page, for a few seconds. A burst shows its last few
 * and counts the rest. Nothing goes away while it is pointed at, focused, or in a tab nobody sees.
 */

import { h, icon } from '../lib/dom.js';

/** @import { Notification } from '../client/types.js' */
/** @import { BellTexts } from './texts.js' */

/**
 * @typedef {object} ToastsHost
 * @property {(notification: Notification) => string} href
 * @property {(notification: Notification, event: Event) => void} onOpen
 * @property {() => void} onMore somebody wants to see all of them
 */

const AT_ONCE = 3;
const SHOWN_FOR = 7_000;

export class Toasts {
  #host;
  #texts;
  #uncounted = 0;
  #timer = 0;
  #more;
  #stack = h('div', { class: 'stack' });
  element;

  /**
   * @param {ToastsHost} host
   * @param {BellTexts} texts
   */
  constructor(host, texts) {
    this.#host = host;
    this.#texts = texts;
    this.#more = h('button', {
      type: 'button',
      class: 'toast more',
      hidden: true,
      onclick: () => this.#onMore(),
    });
    // Always there and empty most of the time: a live region that appears with its text is not read.
    this.element = h(
      'div',
      {
        class: 'toasts',
        part: 'toasts',
        popover: 'manual',
        role: 'region',
        'aria-label': texts.toasts,
        'aria-live': 'polite',
        'aria-relevant': 'additions text',
        onpointerleave: () => this.#wait(),
        onfocusout: () => this.#wait(),
      },
      this.#stack,
      this.#more,
    );
  }

  /** @param {Notification} notification */
  show(notification) {
    if (this.#stack.childElementCount >= AT_ONCE) {
      this.#stack.firstElementChild?.remove();
      this.#uncounted += 1;
      this.#more.textContent = this.#texts.more(this.#uncounted);
      this.#more.hidden = false;
    }
    this.#stack.append(this.#toast(notification));
    this.#wait();
  }

  /** @param {string} text something else to tell */
  say(text) {
    this.#stack.append(h('div', { class: 'toast plain', part: 'toast' }, text));
    this.#wait();
  }

  clear() {
    clearTimeout(this.#timer);
    this.#stack.replaceChildren();
    this.#uncounted = 0;
    this.#more.hidden = true;
  }

  /** @param {Notification} notification */
  #toast(notification) {
    const open = (/** @type {Event} */ event) => {
      toast.remove();
      this.#host.onOpen(notification, event);
    };
    const close = () => {
      toast.remove();
      if (this.#stack.childElementCount === 0) this.clear();
    };
    const toast = h(
      'div',
      { class: 'toast', part: 'toast' },
      h(
        'span',
        { class: 'initial', 'aria-hidden': 'true' },
        [...notification.actor_username][0] ?? '?',
      ),
      h(
        'a',
        { href: this.#host.href(notification), dir: 'auto', onclick: open },
        notification.message,
      ),
      h(
        'button',
        { type: 'button', class: 'close', 'aria-label': this.#texts.close, onclick: close },
        icon('M7 7l10 10M17 7L7 17'),
      ),
    );
    return toast;
  }

  #onMore() {
    this.clear();
    this.#host.onMore();
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      const attended =
        this.element.matches(':hover, :focus-within') || document.visibilityState !== 'visible';
      if (attended) this.#wait();
      else this.clear();
    }, SHOWN_FOR);
  }
}
