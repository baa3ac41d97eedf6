/**
 * Reads what a JWT says about itself. Nothing is verified: that is the server's business; here it
 * only decides whose stream this is and when to ask for the next token.
 */

/**
 * @param {string} token
 * @returns {{ sub?: string, exp?: number, iat?: number, aud?: unknown }} empty for anything else
 */
export function readToken(token) {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch {
    return {};
  }
}

/**
 * How long to wait before a token is renewed: a quarter of its life before its end, at most a
 * minute before it. The clocks of browsers are wrong now and then, so a token that seems to have
 * ended is not renewed at once and again for ever, but after half its life.
 *
 * @param {{ token: string, endsAt?: number | undefined }} ticket
 * @param {number} now milliseconds since 1970
 * @returns {number | null} milliseconds; null when nothing says when the stream ends
 */
export function renewalDelay({ token, endsAt }, now) {
  const { exp, iat, aud } = readToken(token);
  const end = endsAt ?? (exp !== undefined && aud === undefined ? exp * 1000 : null);
  if (end === null) return null;
  const life = exp !== undefined && iat !== undefined ? Math.max((exp - iat) * 1000, 1000) : 60_000;
  const wait = end - now - Math.min(60_000, (end - now) / 4);
  return wait > 0 ? Math.min(wait, 2 ** 31 - 1) : Math.min(30_000, life / 2);
}

/**
 * @param {string} token
 * @param {number} now milliseconds since 1970
 */
export function hasEnded(token, now) {
  const { exp } = readToken(token);
  return exp !== undefined && exp * 1000 <= now;
}
