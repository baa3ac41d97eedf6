/**
 * What to try on this page: a hint for visitors and fresh accounts, and, where the server offers demo
 * accounts, a button that makes one of them act.
 */

import { fill, h } from '../lib/dom.js';
import { DemoPerson } from './demo-person.js';
import { problemsOf } from './problems.js';

/** @import { Api, Question, QuestionList } from './api.js' */
/** @import { DemoAccount } from './demo-person.js' */
/** @import { Session } from './session.js' */
/** @import { Texts } from './texts.js' */

const PAGE_SIZE = 100;
/** Of questions that are searched for the own newest one. */
const MAX_PAGES = 10;
const SHOWN_ON = /^\/($|questions\/\d+(\/answers\/\d+)?$)/;

export class TryIt {
  #home;
  #api;
  #session;
  /** @type {DemoAccount[]} */
  #accounts = [];
  /** @type {Map<string, DemoPerson>} */
  #people = new Map();
  #turn = 0;
  #path = '';
  #result = h('p', { role: 'status' });
  element = h('aside', { class: 'try-it', hidden: true });

  /**
   * @param {URL} home where the server's paths begin
   * @param {Api} api
   * @param {Session} session
   */
  constructor(home, api, session) {
    this.#home = home;
    this.#api = api;
    this.#session = session;
  }

  /** Asks the server which demo accounts there are. A server without them changes nothing. */
  async load() {
    try {
      const answer = await fetch(new URL('board/demo.json', this.#home));
      if (answer.ok) this.#accounts = (await answer.json()).accounts;
    } catch {
      // The page says by itself that the server cannot be reached.
    }
  }

  /**
   * @param {Texts} texts
   * @param {string} path of the view
   */
  async show(texts, path) {
    this.#turn += 1;
    const turn = this.#turn;
    const isFresh = SHOWN_ON.test(path) && (await this.#isFresh());
    if (turn !== this.#turn) return;
    if (path !== this.#path) fill(this.#result);
    this.#path = path;
    const { user } = this.#session;
    const other = user && this.#accounts.find(({ username }) => username !== user.username);
    this.element.hidden = !SHOWN_ON.test(path) || !(isFresh || other);
    this.element.setAttribute('aria-label', texts.tryIt);
    fill(
      this.element,
      isFresh && h('p', {}, user ? texts.tryFresh : texts.tryVisitor),
      isFresh && h('p', { class: 'hint' }, texts.tryOther),
      !user && this.#accounts.length > 0 && h('p', { class: 'hint' }, this.#logIns(texts)),
      other && this.#button(texts, other),
      this.#result,
    );
  }

  /** The first notification has come: nothing has to be explained any more. */
  notified() {
    for (const text of this.element.querySelectorAll('p:not([role])')) text.remove();
    this.element.hidden = !this.element.querySelector('button');
  }

  /** Nobody is logged in, or somebody who was never notified. */
  async #isFresh() {
    if (!this.#session.user) return true;
    const { total } = await this.#api.get('notification/list?size=1').catch(() => ({ total: 1 }));
    return total === 0;
  }

  /** @param {Texts} texts */
  #logIns(texts) {
    const names = this.#accounts.map(({ username }) => username);
    return texts.demoAccounts(names, this.#accounts[0]?.password ?? '');
  }

  /**
   * @param {Texts} texts
   * @param {DemoAccount} other
   */
  #button(texts, other) {
    const button = h('button', { type: 'button' }, texts.letAnswer);
    button.addEventListener('click', async () => {
      button.disabled = true;
      fill(this.#result, await this.#letAnswer(texts, other));
      button.disabled = false;
      button.focus();
    });
    return button;
  }

  /**
   * @param {Texts} texts
   * @param {DemoAccount} account
   * @returns {Promise<string>} what happened
   */
  async #letAnswer(texts, account) {
    try {
      const question = await this.#newestOwnQuestion();
      if (!question) return texts.askFirst;
      const { isVoteNew } = await this.#personOf(account).react(question.id, texts.demoAnswer);
      const said = isVoteNew ? texts.votedAndAnswered : texts.answeredAgain;
      return said(account.username, question.subject);
    } catch (error) {
      return problemsOf(error, texts).join(' ');
    }
  }

  /** @param {DemoAccount} account */
  #personOf(account) {
    const person = this.#people.get(account.username) ?? new DemoPerson(this.#home, account);
    this.#people.set(account.username, person);
    return person;
  }

  /** @returns {Promise<Question | undefined>} */
  async #newestOwnQuestion() {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      /** @type {QuestionList} */
      const { questions, total } = await this.#api.get(
        `question/list?page=${page}&size=${PAGE_SIZE}`,
      );
      const own = questions.find(({ author }) => author.id === this.#session.user?.id);
      if (own || total <= (page + 1) * PAGE_SIZE) return own;
    }
    return undefined;
  }
}
