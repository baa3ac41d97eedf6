/**
 * <notification-bell>: the notifications of whoever is logged in, live, in any page.
 *
 *     <script type="module" src="https://board.example/notification-bell.js"></script>
 *     <notification-bell></notification-bell>
 *     <script type="module">
 *       document.querySelector('notification-bell').getToken = () => localStorage.getItem('token');
 *     </script>
 *
 * Attributes
 * - `api`: where the server is. Left out: where this file came from
 * - `locale` or `lang`: 'ko' or 'en'. Left out: the language of the page, else of the browser
 * - `theme`: 'light' or 'dark'. Left out: what the system prefers
 * - `question-url`: where a question is shown, with {question} for its number. Left out: the board
 *   that comes with the server
 * - `answer-url`: the same for an answer, with {question} and {answer}. Left out: its question's
 *
 * Properties and methods
 * - `getToken`: a function that gives the access token, or null when nobody is logged in; it may be
 *   async. It is asked again before the token ends. With `{ refused: true }` the server did not take
 *   the last one: get another, or give null. Setting it starts the bell, setting null stops it
 * - `unreadCount`, `status`: what the bell shows now
 * - `reconnect()`: somebody logged in
 *
 * Events, all of which bubble
 * - `notification`: something new; `detail` is the notification. In every open tab
 * - `unread`: `detail.unreadCount`
 * - `status`: `detail.status`
 * - `notification-open`: a notification was chosen; `detail` is `{ notification, url }`. Unless it is
 *   cancelled the page goes there
 */

import { fill, h } from './lib/dom.js';
import { Popup } from './lib/popup.js';
import { BellController } from './bell/controller.js';
import { RequestFailed } from './bell/inbox-api.js';
import { Links } from './bell/links.js';
import { apiOf, localeOf, templatesOf } from './bell/options.js';
import { Panel } from './bell/panel.js';
import { bellStyles } from './bell/styles.js';
import { bellTexts } from './bell/texts.js';
import { Toasts } from './bell/toasts.js';
import { BellView } from './bell/view.js';
import { readToken } from './client/token.js';

/** @import { GetAccessToken } from './bell/inbox-api.js' */
/** @import { Notification, Status } from './client/types.js' */

const styles = bellStyles();

export class NotificationBell extends HTMLElement {
  static observedAttributes = ['api', 'lang', 'locale'];

  /** @type {GetAccessToken | null} */
  #getToken = null;
  /** @type {BellController | null} */
  #controller = null;
  /** @type {Links | null} */
  #links = null;
  #root = this.attachShadow({ mode: 'open' });
  #texts = bellTexts('en');
  #view = new BellView(this.#texts, () => this.toggle());
  #panel = this.#makePanel('en');
  #toasts = this.#makeToasts();
  #popup = this.#makePopup();
  #clock = 0;
  #unread = 0;

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [styles];
  }

  /** @returns {GetAccessToken | null} */
  get getToken() {
    return this.#getToken;
  }

  /** @param {GetAccessToken | null} getToken */
  set getToken(getToken) {
    this.#getToken = getToken;
    if (this.isConnected) this.#start();
  }

  /** @returns {number} */
  get unreadCount() {
    return this.#controller?.unread ?? 0;
  }

  /** @returns {Status} */
  get status() {
    return this.#controller?.client.status ?? 'signed-out';
  }

  /** Starts anew with the token there is now. May be repeated. */
  reconnect() {
    this.#controller?.client.reconnect();
  }

  /** Opens the list, or closes it. */
  toggle() {
    if (this.#popup.isOpen) this.#popup.close();
    else this.#popup.open();
  }

  connectedCallback() {
    this.#render();
    this.#takeEarly();
    this.#start();
  }

  disconnectedCallback() {
    this.#popup.close();
    this.#stop();
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} after
   */
  attributeChangedCallback(name, before, after) {
    if (!this.isConnected || before === after) return;
    if (name === 'api') this.#start();
    else this.#render();
  }

  /** `getToken` may have been set before this file was there: then it hides the real one. */
  #takeEarly() {
    const early = Object.getOwnPropertyDescriptor(this, 'getToken');
    if (!early) return;
    Reflect.deleteProperty(this, 'getToken');
    this.#getToken = early.value;
  }

  #start() {
    this.#stop();
    const getToken = this.#getToken;
    if (!getToken) return;
    this.#controller = new BellController(apiOf(this), getToken, () => this.#user(getToken), {
      onChange: () => this.#update(),
      onStatus: (status) => this.#onStatus(status),
      onForget: () => this.#toasts.clear(),
      onNotification: (notification, announce) => {
        if (announce) this.#toasts.show(notification);
        this.#dispatch('notification', notification);
      },
    });
    const { api } = this.#controller;
    this.#links = new Links(
      (id) => api.questionOf(id),
      () => templatesOf(this),
    );
    this.#onStatus(this.#controller.client.status);
    this.#update();
  }

  #stop() {
    this.#controller?.close();
    this.#controller = null;
    this.#toasts.clear();
    this.#view.end();
  }

  /** @param {GetAccessToken} getToken */
  async #user(getToken) {
    const token = await getToken({ refused: false });
    return token === null ? null : (readToken(token).sub ?? '');
  }

  /** Makes everything anew, in the language of now. */
  #render() {
    const locale = localeOf(this);
    const wasOpen = this.#popup.isOpen;
    this.#popup.close();
    this.#texts = bellTexts(locale);
    this.#view.end();
    this.#view = new BellView(this.#texts, () => this.toggle());
    this.#panel = this.#makePanel(locale);
    this.#toasts = this.#makeToasts();
    this.#popup = this.#makePopup();
    fill(
      this.#root,
      h('div', { lang: locale }, this.#view.element, this.#panel.element, this.#toasts.element),
    );
    this.#toasts.element.showPopover?.();
    if (this.#controller) this.#onStatus(this.status);
    this.#update();
    if (wasOpen) this.#popup.open();
  }

  /** @param {string} locale */
  #makePanel(locale) {
    return new Panel(
      {
        href: (notification) => this.#links?.href(notification) ?? '#',
        onReach: (notification) => void this.#relink(notification),
        onOpen: (notification, event) => void this.#follow(notification, event),
        onRead: (notification) => void this.#controller?.read([notification]),
        onReadAll: () => void this.#controller?.read('all'),
        onMore: () => void this.#controller?.more(),
        onRetry: () => void this.#controller?.refresh(),
      },
      this.#texts,
      locale,
    );
  }

  #makePopup() {
    return new Popup(this, this.#view.button, this.#panel.element, (isOpen) =>
      this.#onPopup(isOpen),
    );
  }

  #makeToasts() {
    return new Toasts(
      {
        href: (notification) => this.#links?.href(notification) ?? '#',
        onOpen: (notification, event) => void this.#follow(notification, event),
        onMore: () => this.#popup.open(),
      },
      this.#texts,
    );
  }

  #update() {
    const { unreadCount, status } = this;
    this.#view.showUnread(unreadCount);
    if (unreadCount !== this.#unread) this.#dispatch('unread', { unreadCount });
    this.#unread = unreadCount;
    if (!this.#popup.isOpen || !this.#controller) return;
    const { inbox, loading, problem } = this.#controller;
    const text =
      problem === 'list' ? this.#texts.failed : problem === 'read' ? this.#texts.readFailed : null;
    this.#panel.show({ inbox, loading, status, unread: unreadCount, problem: text });
  }

  /** @param {Status} status */
  #onStatus(status) {
    this.#view.showStatus(status);
    this.#dispatch('status', { status });
  }

  /** @param {boolean} isOpen */
  #onPopup(isOpen) {
    clearInterval(this.#clock);
    if (isOpen) this.#toasts.clear(); // they are in the list
    if (isOpen)
      this.#clock = window.setInterval(() => this.#update(), 30_000); // the times
    else this.#panel.hide();
    this.#controller?.watch(isOpen);
    this.#update();
  }

  /** @param {Notification} notification */
  async #relink(notification) {
    try {
      await this.#links?.find(notification);
      this.#panel.relink(notification);
    } catch {
      // It was only to be prepared; whoever clicks will hear of it.
    }
  }

  /**
   * @param {Notification} notification
   * @param {Event} event
   */
  async #follow(notification, event) {
    const { ctrlKey, metaKey, shiftKey } = /** @type {MouseEvent} */ (event);
    if (!notification.is_read) void this.#controller?.read([notification]);
    if ((ctrlKey || metaKey || shiftKey) && this.#links?.isKnown(notification)) return; // a new tab
    event.preventDefault();
    try {
      await this.#links?.find(notification);
    } catch (error) {
      const gone = error instanceof RequestFailed && error.status === 404;
      return this.#toasts.say(gone ? this.#texts.gone : this.#texts.unreachable);
    }
    this.#popup.close();
    const url = this.#links?.href(notification) ?? '#';
    if (this.#dispatch('notification-open', { notification, url })) location.assign(url);
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #dispatch(type, detail) {
    return this.dispatchEvent(
      new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }),
    );
  }
}

if (!customElements.get('notification-bell'))
  customElements.define('notification-bell', NotificationBell);
