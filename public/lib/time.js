/** @type {[Intl.RelativeTimeFormatUnit, number][]} units and their length in seconds */
const UNITS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/**
 * @param {string} iso
 * @param {string} locale
 * @param {number} [now] milliseconds since 1970
 * @returns {string} '3 minutes ago'; 'now' for the last minute, and for clocks that differ
 */
export function relativeTime(iso, locale, now = Date.now()) {
  const seconds = (now - Date.parse(iso)) / 1000;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const unit = UNITS.find(([, length]) => seconds >= length);
  return unit ? format.format(-Math.floor(seconds / unit[1]), unit[0]) : format.format(0, 'second');
}

/**
 * @param {string} iso
 * @param {string} locale
 */
export function fullTime(iso, locale) {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' }).format(
    new Date(iso),
  );
}
