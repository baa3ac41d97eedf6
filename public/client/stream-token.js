/**
 * Addresses end up in logs, so the token in the stream's address should be good for nothing else.
 */

import { readToken } from './token.js';

/** @import { Ticket, TokenRequest } from './types.js' */

/**
 * Makes a `getToken` for `connect` out of one for access tokens: each time it fetches a token that
 * only opens streams.
 *
 * @param {string | URL} url of `POST …/notification/stream-token`
 * @param {(request: TokenRequest) => string | null | Promise<string | null>} getAccessToken
 * @returns {(request: TokenRequest) => Promise<Ticket | null>} rejects when the server cannot
 *   answer now; may be repeated
 */
export function streamToken(url, getAccessToken) {
  return async (request) => {
    const first = await getAccessToken(request);
    if (first === null) return null;
    const ticket = await exchange(url, first);
    if (ticket || request.refused) return ticket;
    // Refused although it looked valid: whoever keeps the tokens may know a better one.
    const second = await getAccessToken({ refused: true });
    return second === null || second === first ? null : exchange(url, second);
  };
}

/**
 * @param {string | URL} url
 * @param {string} accessToken
 * @returns {Promise<Ticket | null>} null when the token is not valid
 */
async function exchange(url, accessToken) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
  });
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(`No stream token: the server answered ${answer.status}.`);
  const { stream_token: token } = await answer.json();
  // The stream lasts as long as the access token that asked for it.
  const { exp } = readToken(accessToken);
  return exp === undefined ? { token } : { token, endsAt: exp * 1000 };
}
