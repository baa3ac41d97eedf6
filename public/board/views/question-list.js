import { h, icon } from '../../lib/dom.js';
import { relativeTime } from '../../lib/time.js';
import { goTo, linkTo } from '../router.js';
import { emptyState } from './parts.js';

/** @import { Question, QuestionList } from '../api.js' */
/** @import { Notification } from '../../client/types.js' */
/** @import { Context, View } from './view.js' */

const PAGE_SIZE = 10;

/**
 * @param {Context} context
 * @returns {Promise<View>}
 */
export async function questionList(context) {
  const { api, texts, route } = context;
  const keyword = route.query.get('keyword') ?? '';
  const page = Math.max(1, Math.trunc(Number(route.query.get('page'))) || 1);
  const query = new URLSearchParams({
    page: String(page - 1),
    size: String(PAGE_SIZE),
    ...(keyword && { keyword }),
  });
  /** @type {QuestionList} */
  const { total, questions } = await api.get(`question/list?${query}`);
  const title = keyword ? texts.results(keyword) : texts.questions;
  const node = h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'page-head' },
      h(
        'div',
        {},
        h('h1', { tabindex: '-1' }, title),
        h('p', { class: 'count' }, texts.count(total)),
      ),
      h('a', { class: 'button primary', href: linkTo('/ask') }, texts.ask),
    ),
    searchForm(keyword, context),
    questions.length > 0 ? list(questions, context) : nothing(keyword, context),
    pager(page, Math.ceil(total / PAGE_SIZE), keyword, context),
  );
  return { title, node, onNotification: (notification) => recount(node, notification, context) };
}

/**
 * Somebody reacted to a question that is shown here: its numbers are fetched anew.
 * @param {HTMLElement} node
 * @param {Notification} notification
 * @param {Context} context
 */
async function recount(node, { resource_type, resource_id }, context) {
  const shown = node.querySelector(`[data-question="${resource_id}"] .meta`);
  if (resource_type !== 'question' || !shown) return;
  // What is shown is not wrong, only older: a failure is no news.
  const question = await context.api.get(`question/${resource_id}`).catch(() => null);
  if (question) shown.replaceWith(meta(question, context));
}

/**
 * @param {string} keyword
 * @param {Context} context
 */
function searchForm(keyword, { texts }) {
  const input = h('input', {
    type: 'search',
    name: 'keyword',
    'aria-label': texts.searchLabel,
    placeholder: texts.searchLabel,
    maxlength: 100,
  });
  input.value = keyword;
  const element = h(
    'form',
    { class: 'search', role: 'search' },
    icon('M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z', 'M15.5 15.5L20 20'),
    input,
    h('button', {}, texts.search),
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    goTo(linkTo('/', { keyword: input.value.trim() }));
  });
  return element;
}

/**
 * @param {Question[]} questions
 * @param {Context} context
 */
function list(questions, context) {
  return h(
    'ul',
    { class: 'cards', role: 'list' },
    ...questions.map((question) => card(question, context)),
  );
}

/**
 * @param {Question} question
 * @param {Context} context
 */
function card(question, context) {
  const { id, subject, content } = question;
  return h(
    'li',
    { class: 'card question-card', 'data-question': id },
    h('h2', { dir: 'auto' }, h('a', { href: linkTo(`/questions/${id}`) }, subject)),
    h('p', { class: 'excerpt', dir: 'auto' }, content.slice(0, 300)),
    meta(question, context),
  );
}

/**
 * @param {Question} question
 * @param {Context} context
 */
function meta({ author, vote_count, answer_count, created_at }, { texts, locale }) {
  const time = h('time', { datetime: created_at }, relativeTime(created_at, locale));
  return h(
    'p',
    { class: 'meta' },
    h('span', { class: answer_count > 0 ? 'stat has' : 'stat' }, texts.answerCount(answer_count)),
    h('span', { class: 'stat' }, texts.votes(vote_count)),
    h('span', { class: 'by' }, author.username, ' · ', time),
  );
}

/**
 * @param {string} keyword
 * @param {Context} context
 */
function nothing(keyword, { texts }) {
  if (!keyword) return emptyState(texts.none, texts.noneHint);
  return emptyState(
    texts.noneFound,
    texts.noneFoundHint,
    h('a', { href: linkTo('/') }, texts.clear),
  );
}

/**
 * @param {number} page
 * @param {number} pages
 * @param {string} keyword
 * @param {Context} context
 */
function pager(page, pages, keyword, { texts }) {
  if (pages <= 1) return null;
  const link = (/** @type {number} */ to, /** @type {string} */ text, /** @type {string} */ rel) =>
    to >= 1 && to <= pages
      ? h(
          'a',
          { class: 'button', rel, href: linkTo('/', { keyword, page: to > 1 ? to : null }) },
          text,
        )
      : h('span', { class: 'button', 'aria-disabled': 'true' }, text);
  return h(
    'nav',
    { class: 'pager', 'aria-label': texts.pages },
    link(page - 1, texts.previous, 'prev'),
    h('span', {}, texts.page(page, pages)),
    link(page + 1, texts.next, 'next'),
  );
}
