/** What the attributes of a bell mean. */

/** Where this code came from is, unless somebody says otherwise, where the server is. */
const HOME = new URL('..', import.meta.url);

/**
 * @param {HTMLElement} element
 * @returns {URL} ends in a slash, so that paths can be put behind it
 */
export function apiOf(element) {
  const api = element.getAttribute('api');
  if (api === null) return HOME;
  return new URL(api.endsWith('/') ? api : `${api}/`, document.baseURI);
}

/**
 * @param {HTMLElement} element
 * @returns {string} a language tag: the bell's own, else the page's, else the browser's
 */
export function localeOf(element) {
  const own = element.getAttribute('locale');
  return own || element.closest('[lang]')?.getAttribute('lang') || navigator.language;
}

/**
 * @param {HTMLElement} element
 * @returns {import('./links.js').LinkTemplates}
 */
export function templatesOf(element) {
  const own = element.getAttribute('question-url');
  const question = own ?? new URL('#/questions/{question}', apiOf(element)).href;
  const plain = question.replaceAll('%7B', '{').replaceAll('%7D', '}');
  return {
    question: plain,
    answer: element.getAttribute('answer-url') ?? (own ? plain : `${plain}/answers/{answer}`),
  };
}
