/** Pieces that several views show. */

import { fill, h, icon } from '../../lib/dom.js';
import { fullTime, relativeTime } from '../../lib/time.js';
import { problemsOf } from '../problems.js';
import { goTo, linkTo } from '../router.js';

/** @import { Author, VoteState } from '../api.js' */
/** @import { Context } from './view.js' */

/**
 * @param {{ author: Author, created_at: string, updated_at: string }} post
 * @param {Context} context
 */
export function byline({ author, created_at, updated_at }, { texts, locale }) {
  const edited = Date.parse(updated_at) > Date.parse(created_at);
  return h(
    'p',
    { class: 'byline' },
    h('span', { class: 'initial', 'aria-hidden': 'true' }, [...author.username][0] ?? '?'),
    h('span', { class: 'name' }, author.username),
    h(
      'time',
      { datetime: created_at, title: fullTime(created_at, locale) },
      relativeTime(created_at, locale),
    ),
    edited && h('span', { title: fullTime(updated_at, locale) }, texts.edited),
  );
}

/**
 * A vote that can be given and taken back.
 * @param {string} path of the resource, below /api/
 * @param {VoteState} vote
 * @param {Context} context
 */
export function voteButton(path, vote, context) {
  const { api, session, texts } = context;
  const count = h('strong', {});
  const word = h('span', {});
  const button = h(
    'button',
    { type: 'button', class: 'vote' },
    icon('M12 5l7 8h-4.5v6h-5v-6H5z'),
    count,
    word,
  );
  const problem = h('span', { class: 'field-problem', role: 'alert' });
  const show = (/** @type {VoteState} */ { vote_count, voted }) => {
    count.textContent = String(vote_count);
    word.textContent = voted ? texts.voted : texts.vote;
    button.setAttribute('aria-pressed', String(voted));
  };
  button.addEventListener('click', async () => {
    if (!session.user) return goTo(loginLink(context));
    const voted = button.getAttribute('aria-pressed') === 'true';
    button.disabled = true;
    try {
      show(await (voted ? api.delete(`${path}/vote`) : api.post(`${path}/vote`)));
      fill(problem);
    } catch (error) {
      fill(problem, problemsOf(error, texts).join(' '));
    }
    button.disabled = false;
    button.focus();
  });
  show(vote);
  return h('span', { class: 'vote-group' }, button, problem);
}

/** @param {Context} context */
export function loginLink({ route }) {
  const search = route.query.size > 0 ? `?${route.query}` : '';
  return linkTo('/login', { next: route.path + search });
}

/**
 * @param {string} title
 * @param {string} hint
 * @param {...Node} more
 */
export function emptyState(title, hint, ...more) {
  return h(
    'div',
    { class: 'empty' },
    icon('M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-4.5 3.5V17H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z'),
    h('p', { class: 'empty-title' }, title),
    h('p', {}, hint),
    ...more,
  );
}
