/**
 * The address behind the hash: '#/questions/3?page=1'. A server of plain files needs to know nothing
 * of it.
 */

/** @typedef {{ path: string, query: URLSearchParams }} Route */

/**
 * @param {string} hash
 * @returns {Route}
 */
export function parseRoute(hash) {
  const [path = '', query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  return { path: path || '/', query: new URLSearchParams(query) };
}

/**
 * @param {string} path
 * @param {Record<string, string | number | null>} [query] null ones are left out
 */
export function linkTo(path, query = {}) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== '') search.set(name, String(value));
  }
  return search.size > 0 ? `#${path}?${search}` : `#${path}`;
}

/** @param {string} hash as `linkTo` makes it */
export function goTo(hash) {
  if (location.hash === hash) window.dispatchEvent(new HashChangeEvent('hashchange'));
  else location.hash = hash;
}

/** Where to go after a log-in. @param {Route} route */
export function nextOf(route) {
  const next = route.query.get('next') ?? '';
  return next.startsWith('/') ? `#${next}` : '#/';
}
