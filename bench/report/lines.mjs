import { readable } from '../statistics.mjs';

/**
 * One line of the table.
 * @typedef {object} Line
 * @property {string} what
 * @property {string} figures
 * @property {number} [ratio]
 * @property {string} [target]
 * @property {boolean} [isMet] undefined: only reported
 */

/** @returns {Line} of a figure that has no target */
export function reported(what, figures) {
  return { what, figures };
}

/** @returns {Line} a ratio that must not fall below */
export function atLeast(limit, ratio, what, figures) {
  return { what, figures, ratio, target: `≥ ${limit}`, isMet: ratio >= limit };
}

/** @returns {Line} a ratio, or a figure by itself, that must not rise above */
export function atMost(limit, ratio, what, figures) {
  return { what, figures, ratio, target: `≤ ${limit}`, isMet: ratio <= limit };
}

/** @param {Record<string, number>} values by server @param {string} unit */
export function figures(values, unit) {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${readable(value)}${unit && ` ${unit}`}`)
    .join(' · ');
}
