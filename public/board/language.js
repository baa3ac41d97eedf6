/** The language of this browser: chosen before, else what it prefers. */

/** @import { Locale } from './texts.js' */

const KEY = 'board.locale';

/** @returns {Locale} */
export function currentLocale() {
  const chosen = localStorage.getItem(KEY);
  if (chosen === 'ko' || chosen === 'en') return chosen;
  return /^ko\b/i.test(navigator.language) ? 'ko' : 'en';
}

/** @param {Locale} locale */
export function chooseLocale(locale) {
  localStorage.setItem(KEY, locale);
}
