/**
 * The list that opens under the bell. It shows an inbox and says what people want done; what is
 * done is its host's business.
 */

import { fill, h, icon } from '../lib/dom.js';
import { fullTime, relativeTime } from '../lib/time.js';

/** @import { Notification, Status } from '../client/types.js' */
/** @import { BellTexts } from './texts.js' */
/** @import { Inbox } from './inbox.js' */

/**
 * @typedef {object} PanelHost
 * @property {(notification: Notification) => string} href
 * @property {(notification: Notification) => void} onReach somebody may be about to follow its link
 * @property {(notification: Notification, event: Event) => void} onOpen
 * @property {(notification: Notification) => void} onRead
 * @property {() => void} onReadAll
 * @property {() => void} onMore the end of what is there has come into sight
 * @property {() => void} onRetry
 */

/** @typedef {{ inbox: Inbox, unread: number, status: Status, loading: boolean, problem: string | null }} PanelState */

const CHECK = 'M5 12.5l4.5 4.5L19 7.5';

export class Panel {
  #host;
  #texts;
  #locale;
  /** @type {Map<number, { row: HTMLLIElement, shown: string }>} */
  #rows = new Map();
  #title = h('h2', { id: 'title' });
  #readAll;
  #state = h('p', { class: 'state', part: 'state' });
  #problem = h('div', { class: 'problem', role: 'alert' });
  #list = h('ul', { role: 'list' });
  #foot = h('div', { class: 'foot' });
  #scroller;
  #sight;
  element;

  /**
   * @param {PanelHost} host
   * @param {BellTexts} texts
   * @param {string} locale
   */
  constructor(host, texts, locale) {
    this.#host = host;
    this.#texts = texts;
    this.#locale = locale;
    this.#title.textContent = texts.title;
    this.#readAll = h(
      'button',
      { type: 'button', class: 'quiet', onclick: () => this.#onReadAll() },
      texts.readAll,
    );
    this.#scroller = h('div', { class: 'scroller' }, this.#problem, this.#list, this.#foot);
    this.element = h(
      'section',
      {
        id: 'panel',
        part: 'panel',
        class: 'panel',
        role: 'dialog',
        tabindex: '-1',
        'aria-labelledby': 'title',
      },
      h('div', { class: 'head' }, this.#title, this.#readAll),
      this.#state,
      this.#scroller,
    );
    this.#sight = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) host.onMore();
      },
      { root: this.#scroller, rootMargin: '0px 0px 160px' },
    );
  }

  /** @param {PanelState} state */
  show({ inbox, unread, status, loading, problem }) {
    const texts = this.#texts;
    this.#readAll.hidden = unread === 0;
    this.#state.hidden = status === 'live';
    fill(
      this.#state,
      h('strong', {}, texts.status[status]),
      ' ',
      Reflect.get(texts.statusHint, status),
    );
    this.#list.setAttribute('aria-busy', String(loading));
    this.#showItems(inbox.items);
    this.#showProblem(problem);
    this.#showFoot(inbox, loading);
    // Looked at anew: a short list may leave its end in sight, and nothing would then be reported.
    this.#sight.disconnect();
    if (inbox.loaded && !inbox.complete && !loading && problem === null)
      this.#sight.observe(this.#foot);
  }

  /** Nothing is in sight any more. */
  hide() {
    this.#sight.disconnect();
  }

  #onReadAll() {
    this.element.focus(); // the button is about to go
    this.#host.onReadAll();
  }

  /** @param {string | null} problem */
  #showProblem(problem) {
    if (problem === null) return fill(this.#problem);
    if (this.#problem.firstChild?.textContent === problem) return;
    const retry = h(
      'button',
      { type: 'button', class: 'quiet', onclick: () => this.#host.onRetry() },
      this.#texts.retry,
    );
    fill(this.#problem, h('p', {}, problem), retry);
  }

  /**
   * @param {Inbox} inbox
   * @param {boolean} loading
   */
  #showFoot(inbox, loading) {
    const texts = this.#texts;
    if (loading) fill(this.#foot, h('p', {}, texts.loading));
    else if (!inbox.loaded) fill(this.#foot);
    else if (inbox.items.length === 0) fill(this.#foot, this.#empty());
    else fill(this.#foot, inbox.complete && inbox.items.length > 10 && h('p', {}, texts.end));
  }

  #empty() {
    const bell = icon('M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15z', 'M10 20.5a2.2 2.2 0 0 0 4 0');
    return h(
      'div',
      { class: 'empty' },
      bell,
      h('p', {}, h('strong', {}, this.#texts.empty)),
      h('p', {}, this.#texts.emptyHint),
    );
  }

  /**
   * Only what changed is made anew, so that focus and scrolling stay where they are.
   * @param {Notification[]} items
   */
  #showItems(items) {
    const ids = new Set(items.map(({ id }) => id));
    for (const [id, { row }] of this.#rows) {
      if (ids.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    /** @type {Element | null} */
    let next = this.#list.firstElementChild;
    for (const item of items) {
      const row = this.#row(item);
      if (row === next) next = row.nextElementSibling;
      else this.#list.insertBefore(row, next);
    }
  }

  /** @param {Notification} item */
  #row(item) {
    const time = relativeTime(item.created_at, this.#locale);
    const shown = `${item.is_read}|${item.message}|${time}`;
    const known = this.#rows.get(item.id);
    if (known?.shown === shown) return known.row;
    const row = known?.row ?? h('li');
    const focused = row.contains(
      /** @type {ShadowRoot} */ (this.element.getRootNode()).activeElement,
    );
    row.className = item.is_read ? 'item' : 'item unread';
    fill(row, this.#link(item, time), !item.is_read && this.#readButton(item));
    if (focused) row.querySelector('a')?.focus();
    this.#rows.set(item.id, { row, shown });
    return row;
  }

  /**
   * @param {Notification} item
   * @param {string} time
   */
  #link(item, time) {
    const reach = () => this.#host.onReach(item);
    const initial = [...item.actor_username][0] ?? '?';
    return h(
      'a',
      {
        href: this.#host.href(item),
        'data-id': item.id,
        onclick: (event) => this.#host.onOpen(item, event),
        onpointerenter: reach,
        onfocus: reach,
      },
      h('span', { class: 'initial', 'aria-hidden': 'true' }, initial),
      h(
        'span',
        { class: 'body' },
        !item.is_read && h('span', { class: 'hidden' }, `${this.#texts.unread}: `),
        h('span', { class: 'message', dir: 'auto' }, item.message),
        h(
          'time',
          { datetime: item.created_at, title: fullTime(item.created_at, this.#locale) },
          time,
        ),
      ),
    );
  }

  /** @param {Notification} item */
  #readButton(item) {
    const label = `${this.#texts.readOne}: ${item.message}`;
    return h(
      'button',
      {
        type: 'button',
        class: 'read',
        title: this.#texts.readOne,
        'aria-label': label,
        onclick: () => this.#host.onRead(item),
      },
      icon(CHECK),
    );
  }

  /** @param {Notification} item its link leads elsewhere now */
  relink(item) {
    this.#rows.get(item.id)?.row.querySelector('a')?.setAttribute('href', this.#host.href(item));
  }
}
