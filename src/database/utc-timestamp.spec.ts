import { UtcTimestamp } from './utc-timestamp.js';

it.each([
  ['2026-02-13 15:08:59.872946', '2026-02-13T15:08:59.872946Z'],
  ['2026-02-13 15:08:59.8729', '2026-02-13T15:08:59.872900Z'],
  ['2026-02-13 15:08:59.000001', '2026-02-13T15:08:59.000001Z'],
  ['2026-02-13 15:08:59', '2026-02-13T15:08:59.000000Z'],
])('UtcTimestamp writes %s as %s', (text, written) => {
  expect(JSON.stringify(new UtcTimestamp(text))).toBe(`"${written}"`);
});

it('UtcTimestamp is a Date of the moment in UTC, in whole milliseconds', () => {
  const moment = new UtcTimestamp('2026-02-13 15:08:59.872946');
  expect(moment.getTime()).toBe(Date.UTC(2026, 1, 13, 15, 8, 59, 872));
});

it('UtcTimestamp rounds no millisecond up to the next second', () => {
  expect(new UtcTimestamp('2026-02-13 15:08:59.999999').getUTCSeconds()).toBe(59);
});
