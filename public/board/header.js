/** The bar at the top: where am I, who am I, what is new. */

import { fill, h, icon } from '../lib/dom.js';
import { Popup } from '../lib/popup.js';
import { linkTo } from './router.js';

/** @import { NotificationBell } from '../notification-bell.js' */
/** @import { SessionUser } from './session.js' */
/** @import { Texts } from './texts.js' */

/**
 * @typedef {object} HeaderHost
 * @property {() => void} onLanguage
 * @property {() => void} onLogOut
 */

export class Header {
  #host;
  #bell;
  #brand = h('a', { class: 'brand', href: '#/' });
  #skip = h('a', { class: 'skip', href: '#main' });
  #language = h('button', { type: 'button', class: 'plain language' });
  #account = h('div', { class: 'account' });
  element;

  /**
   * @param {NotificationBell} bell
   * @param {HeaderHost} host
   */
  constructor(bell, host) {
    this.#host = host;
    this.#bell = bell;
    this.#language.addEventListener('click', () => host.onLanguage());
    this.#skip.addEventListener('click', (event) => {
      event.preventDefault(); // the hash is the address of a view
      document.querySelector('main')?.focus();
    });
    const right = h('div', { class: 'right' }, this.#language, bell, this.#account);
    this.element = h(
      'header',
      { class: 'top' },
      this.#skip,
      h('div', { class: 'bar' }, this.#brand, right),
    );
  }

  /**
   * @param {Texts} texts
   * @param {SessionUser | null} user
   */
  show(texts, user) {
    this.#skip.textContent = texts.skip;
    const mark = h('img', { src: 'icon.svg', alt: '', width: 28, height: 28 });
    fill(this.#brand, mark, h('span', {}, texts.brand));
    this.#language.textContent = texts.language;
    this.#language.lang = texts.language === 'English' ? 'en' : 'ko';
    this.#bell.hidden = user === null;
    fill(this.#account, ...(user ? this.#menu(texts, user) : this.#guest(texts)));
  }

  /** @param {Texts} texts */
  #guest(texts) {
    return [
      h('a', { class: 'button plain', href: linkTo('/login') }, texts.logIn),
      h('a', { class: 'button primary wide-only', href: linkTo('/signup') }, texts.signUp),
    ];
  }

  /**
   * @param {Texts} texts
   * @param {SessionUser} user
   */
  #menu(texts, { username }) {
    const button = h(
      'button',
      {
        type: 'button',
        class: 'me',
        'aria-label': texts.account(username),
        'aria-expanded': 'false',
        'aria-haspopup': 'dialog',
      },
      h('span', { class: 'initial', 'aria-hidden': 'true' }, [...username][0] ?? '?'),
    );
    const panel = h(
      'div',
      { class: 'menu', role: 'dialog', tabindex: '-1', 'aria-label': texts.account(username) },
      h('p', { class: 'name' }, username),
      h(
        'button',
        { type: 'button', class: 'plain', onclick: () => this.#host.onLogOut() },
        icon('M10 5H6a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h4', 'M15 8l4 4-4 4M19 12H10'),
        texts.logOut,
      ),
    );
    const popup = new Popup(this.#account, button, panel, () => {});
    button.addEventListener('click', () => (popup.isOpen ? popup.close() : popup.open()));
    return [button, panel];
  }
}
