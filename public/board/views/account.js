import { h } from '../../lib/dom.js';
import { ApiError } from '../api.js';
import { form } from '../form.js';
import { goTo, linkTo, nextOf } from '../router.js';

/** @import { Context, View } from './view.js' */

/**
 * @param {Context} context
 * @returns {View}
 */
export function loginForm(context) {
  const { texts, route } = context;
  const element = form({
    texts,
    action: texts.logIn,
    fields: [
      { name: 'username', label: texts.username, autocomplete: 'username' },
      {
        name: 'password',
        label: texts.password,
        type: 'password',
        autocomplete: 'current-password',
      },
    ],
    onSubmit: async ({ username = '', password = '' }) => {
      await logIn(context, username, password);
      goTo(nextOf(route));
    },
  });
  const other = h(
    'p',
    {},
    texts.noAccount,
    ' ',
    h('a', { href: linkTo('/signup', { next: route.query.get('next') }) }, texts.signUp),
  );
  return page(texts.logIn, element, other);
}

/**
 * @param {Context} context
 * @returns {View}
 */
export function signupForm(context) {
  const { api, texts, locale, route } = context;
  const element = form({
    texts,
    action: texts.signUp,
    fields: [
      {
        name: 'username',
        label: texts.username,
        hint: texts.usernameHint,
        autocomplete: 'username',
      },
      { name: 'email', label: texts.email, type: 'email', autocomplete: 'email' },
      {
        name: 'password',
        label: texts.password,
        type: 'password',
        hint: texts.passwordHint,
        autocomplete: 'new-password',
      },
    ],
    onSubmit: async (values) => {
      await api.post('user/signup', { ...values, locale });
      await logIn(context, values['username'] ?? '', values['password'] ?? '');
      goTo(nextOf(route));
    },
  });
  const other = h(
    'p',
    {},
    texts.haveAccount,
    ' ',
    h('a', { href: linkTo('/login', { next: route.query.get('next') }) }, texts.logIn),
  );
  return page(texts.signUp, element, other);
}

/**
 * @param {Context} context
 * @param {string} username
 * @param {string} password
 */
async function logIn({ api, session, texts }, username, password) {
  try {
    session.start(await api.post('user/login', { username, password }));
  } catch (error) {
    // 401 means something else here than everywhere else.
    if (error instanceof ApiError && error.status === 401)
      throw new ApiError(400, [texts.problem.login]);
    throw error;
  }
}

/**
 * @param {string} title
 * @param {HTMLElement} element
 * @param {HTMLElement} other
 * @returns {View}
 */
function page(title, element, other) {
  return {
    title,
    node: h(
      'div',
      { class: 'stack narrow card' },
      h('h1', { tabindex: '-1' }, title),
      element,
      other,
    ),
  };
}
