/** The board: puts the header, the bell and the view of the moment together. */

import '../notification-bell.js';
import { fill, h } from '../lib/dom.js';
import { Api, ApiError } from './api.js';
import { Header } from './header.js';
import { chooseLocale, currentLocale } from './language.js';
import { linkTo, parseRoute } from './router.js';
import { Session } from './session.js';
import { TEXTS } from './texts.js';
import { TryIt } from './try-it.js';
import { loginForm, signupForm } from './views/account.js';
import { loginLink } from './views/parts.js';
import { askForm, editForm } from './views/question-form.js';
import { questionList } from './views/question-list.js';
import { questionPage } from './views/question-page.js';
import { awayView, notFoundView } from './views/trouble.js';

/** @import { Notification, TokenRequest } from '../client/types.js' */
/** @import { Context, View, ViewMaker } from './views/view.js' */

/** @type {[pattern: RegExp, view: ViewMaker, needsUser: boolean][]} */
const ROUTES = [
  [/^\/$/, questionList, false],
  [/^\/questions\/(\d+)(?:\/answers\/(\d+))?$/, questionPage, false],
  [/^\/questions\/(\d+)\/edit$/, editForm, true],
  [/^\/ask$/, askForm, true],
  [/^\/login$/, loginForm, false],
  [/^\/signup$/, signupForm, false],
];

/** How long to wait before a view that could not be loaded is tried again, in milliseconds. */
const RETRY_AFTER = 3_000;

const home = new URL('..', import.meta.url);
const session = new Session(home);
const api = new Api(home, session);
const bell = document.createElement('notification-bell');
const header = new Header(bell, {
  onLanguage: () => void switchLanguage(),
  onLogOut: () => void logOut(),
});
const notice = h('div', { class: 'notice', role: 'status' });
const tryIt = new TryIt(home, api, session);
const main = h('main', { id: 'main', tabindex: '-1' });
document.body.append(header.element, notice, tryIt.element, main);

let loggedIn = session.user !== null;
let showing = 0;
let retryTimer = 0;
/** @type {View | null} */
let view = null;

/** @returns {Context} */
function contextOf(/** @type {string[]} */ params) {
  const locale = currentLocale();
  return { api, session, locale, texts: TEXTS[locale], route: parseRoute(location.hash), params };
}

/** @param {boolean} [moved] somebody went there, so the focus goes along */
async function show(moved = true) {
  const turn = (showing += 1);
  clearTimeout(retryTimer);
  main.setAttribute('aria-busy', 'true');
  const next = await makeView();
  if (turn !== showing) return;
  view = next;
  fill(main, next.node);
  main.removeAttribute('aria-busy');
  showTryIt();
  document.title = `${next.title} · ${TEXTS[currentLocale()].brand}`;
  if (!moved) return;
  if (!main.querySelector('.linked')) scrollTo(0, 0);
  main.querySelector('h1')?.focus({ preventScroll: true });
}

/** @returns {Promise<View>} */
async function makeView() {
  const { path } = parseRoute(location.hash);
  for (const [pattern, make, needsUser] of ROUTES) {
    const match = pattern.exec(path);
    if (!match) continue;
    const context = contextOf(match.slice(1));
    if (needsUser && !session.user) {
      location.replace(loginLink(context));
      return loginForm(context);
    }
    return guarded(make, context);
  }
  return notFoundView(contextOf([]));
}

/**
 * @param {ViewMaker} make
 * @param {Context} context
 */
async function guarded(make, context) {
  try {
    return await make(context);
  } catch (error) {
    if (error instanceof ApiError && error.isPassing) {
      retryTimer = window.setTimeout(() => void show(false), RETRY_AFTER);
      return awayView(context, error);
    }
    return notFoundView(context);
  }
}

function showTryIt() {
  void tryIt.show(TEXTS[currentLocale()], parseRoute(location.hash).path);
}

function showFrame() {
  const locale = currentLocale();
  document.documentElement.lang = locale;
  bell.setAttribute('locale', locale);
  header.show(TEXTS[locale], session.user);
}

async function switchLanguage() {
  const locale = currentLocale() === 'ko' ? 'en' : 'ko';
  chooseLocale(locale);
  showFrame();
  void show(false);
  // Notifications are written in the receiver's language, so the server should know it.
  if (session.user) await api.put('user/me', { locale }).catch(() => {});
}

async function logOut() {
  loggedIn = false;
  await api.post('user/logout').catch(() => {}); // logged out here in any case
  session.end();
  location.hash = '#/';
}

function onSession() {
  const { user } = session;
  const ended = loggedIn && user === null;
  loggedIn = user !== null;
  const { texts, route } = contextOf([]);
  const next = ended ? route.path : null;
  fill(
    notice,
    ended &&
      h('p', {}, texts.ended, ' ', h('a', { href: linkTo('/login', { next }) }, texts.logInAgain)),
  );
  showFrame();
  bell.reconnect();
  // Whoever was writing when the log-in ended keeps their text.
  if (!ended) void show(false);
}

bell.getToken = (/** @type {TokenRequest} */ request) => session.accessToken(request);
bell.addEventListener('notification', (event) => {
  tryIt.notified();
  view?.onNotification?.(/** @type {CustomEvent<Notification>} */ (event).detail);
});
bell.addEventListener('notification-open', () => main.focus());
session.addEventListener('change', onSession);
window.addEventListener('hashchange', () => void show());
showFrame();
void show(false);
void tryIt.load().then(showTryIt);
