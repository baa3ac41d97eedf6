import { h, icon } from '../../lib/dom.js';
import { ask } from '../dialog.js';
import { form } from '../form.js';
import { problemsOf } from '../problems.js';
import { goTo, linkTo } from '../router.js';
import { answerCard } from './answer-card.js';
import { byline, loginLink, voteButton } from './parts.js';

/** @import { QuestionWithAnswers } from '../api.js' */
/** @import { Notification } from '../../client/types.js' */
/** @import { Context, View } from './view.js' */

/** What can have the focus in a post. */
const FOCUSABLE = 'h1, h2, a, button';

/**
 * @param {Context} context
 * @returns {Promise<View>}
 */
export async function questionPage(context) {
  const page = new QuestionPage(context, await load(context));
  return {
    title: page.question.subject,
    node: page.node,
    onNotification: (notification) => page.onNotification(notification),
  };
}

/**
 * @param {Context} context
 * @returns {Promise<QuestionWithAnswers>}
 */
function load({ api, params }) {
  return api.get(`question/${params[0]}`);
}

class QuestionPage {
  #context;
  #article;
  #answers;
  question;
  node;

  /**
   * @param {Context} context
   * @param {QuestionWithAnswers} question
   */
  constructor(context, question) {
    this.#context = context;
    this.question = question;
    this.#article = this.#makeArticle();
    this.#answers = this.#makeAnswers();
    const back = h(
      'a',
      { class: 'back', href: linkTo('/') },
      icon('M15 5l-7 7 7 7'),
      context.texts.backToList,
    );
    this.node = h(
      'div',
      { class: 'stack' },
      back,
      this.#article,
      this.#answers,
      this.#answerForm(),
    );
    this.#showLinked();
  }

  /**
   * Somebody reacted to what is shown here: it is fetched anew. The answer being written stays.
   * @param {Notification} notification
   */
  async onNotification({ resource_type, resource_id }) {
    const { question } = this;
    const here =
      resource_type === 'question'
        ? question.id === resource_id
        : question.answers.some(({ id }) => id === resource_id);
    if (here) await this.refresh().catch(() => {}); // what is shown is not wrong, only older
  }

  async refresh() {
    this.question = await load(this.#context);
    if (this.node.querySelector('.answers form')) return; // an answer is being edited
    this.#replace();
  }

  #replace() {
    const restoreFocus = this.#holdFocus();
    const [article, answers] = [this.#makeArticle(), this.#makeAnswers()];
    this.#article.replaceWith(article);
    this.#answers.replaceWith(answers);
    [this.#article, this.#answers] = [article, answers];
    restoreFocus();
  }

  /** What is replaced takes the focus with it; its successor, at the same place, gets it back. */
  #holdFocus() {
    const active = document.activeElement;
    const region = active?.closest('article, .answers');
    if (!active || !(region instanceof HTMLElement) || !this.node.contains(region)) return () => {};
    const { answer } = region.dataset;
    const selector = answer
      ? `[data-answer="${answer}"]`
      : region === this.#article
        ? 'article'
        : '.answers';
    const index = [...region.querySelectorAll(FOCUSABLE)].indexOf(active);
    return () => {
      const target = this.node.querySelector(selector)?.querySelectorAll(FOCUSABLE)[index];
      if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    };
  }

  #makeArticle() {
    const { question } = this;
    const { texts, session } = this.#context;
    const mine = session.user?.id === question.author.id;
    const problem = h('p', { class: 'field-problem', role: 'alert' });
    return h(
      'article',
      { class: 'card post' },
      h('h1', { tabindex: '-1', dir: 'auto' }, question.subject),
      byline(question, this.#context),
      h('div', { class: 'content', dir: 'auto' }, question.content),
      h(
        'div',
        { class: 'actions' },
        voteButton(`question/${question.id}`, question, this.#context),
        mine &&
          h(
            'a',
            { class: 'button plain', href: linkTo(`/questions/${question.id}/edit`) },
            texts.edit,
          ),
        mine &&
          h(
            'button',
            { type: 'button', class: 'plain', onclick: () => void this.#remove(problem) },
            texts.remove,
          ),
      ),
      problem,
    );
  }

  /** @param {HTMLElement} problem */
  async #remove(problem) {
    const { api, texts } = this.#context;
    if (
      !(await ask({
        title: texts.removeQuestion,
        text: texts.removeHint,
        yes: texts.remove,
        no: texts.cancel,
      }))
    )
      return;
    try {
      await api.delete(`question/${this.question.id}`);
      goTo('#/');
    } catch (error) {
      problem.textContent = problemsOf(error, texts).join(' ');
    }
  }

  #makeAnswers() {
    const { answers } = this.question;
    const { texts } = this.#context;
    const cards = answers.map((answer) => answerCard(answer, this.#context, () => this.refresh()));
    return h(
      'section',
      { class: 'answers stack', 'aria-labelledby': 'answers' },
      h('h2', { id: 'answers', tabindex: '-1' }, texts.answers(answers.length)),
      ...(cards.length > 0 ? cards : [h('p', { class: 'muted' }, texts.noAnswers)]),
    );
  }

  #answerForm() {
    const { api, session, texts } = this.#context;
    if (!session.user)
      return h(
        'p',
        { class: 'card muted' },
        h('a', { href: loginLink(this.#context) }, texts.logInToAnswer),
      );
    const element = form({
      texts,
      action: texts.answer,
      fields: [{ name: 'content', label: texts.yourAnswer, type: 'textarea' }],
      onSubmit: async (values) => {
        await api.post(`question/${this.question.id}/answer`, values);
        element.reset();
        this.question = await load(this.#context);
        this.#replace();
      },
    });
    element.classList.add('card');
    return element;
  }

  /** The address may name an answer: it is scrolled to and marked for a while. */
  #showLinked() {
    const answerId = this.#context.params[1];
    if (answerId === undefined) return;
    const card = this.node.querySelector(`[data-answer="${answerId}"]`);
    if (!(card instanceof HTMLElement)) return;
    card.classList.add('linked');
    requestAnimationFrame(() => card.scrollIntoView({ block: 'center' }));
  }
}
