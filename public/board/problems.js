/** What went wrong, in words for people. */

import { ApiError } from './api.js';

/** @import { Texts } from './texts.js' */

/**
 * @param {unknown} error
 * @param {Texts} texts
 * @returns {string[]} at least one line
 */
export function problemsOf(error, texts) {
  const { problem } = texts;
  if (!(error instanceof ApiError)) return [problem.other];
  if (error.status === 0) return [problem.network];
  if (error.status === 401) return [problem.ended];
  if (error.status === 429) return [problem.tooMany];
  if (error.status >= 502) return [problem.database];
  return error.messages.length > 0 ? error.messages : [problem.other];
}
