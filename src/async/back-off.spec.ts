import { BackOff } from './back-off.js';

function pauses(backOff: BackOff, count: number): number[] {
  return Array.from({ length: count }, () => backOff.next());
}

it('each pause of a back-off is at most twice as long as the one before, up to the longest', () => {
  const limits = [100, 200, 400, 500, 500];
  pauses(new BackOff(100, 500), 5).forEach((pause, index) => {
    expect(pause).toBeLessThanOrEqual(limits[index]!);
  });
});

it('each pause of a back-off is at least half of what is planned', () => {
  const planned = [100, 200, 400, 500, 500];
  pauses(new BackOff(100, 500), 5).forEach((pause, index) => {
    expect(pause).toBeGreaterThanOrEqual(planned[index]! / 2);
  });
});

it('a back-off begins again with the first pause after a reset', () => {
  const backOff = new BackOff(100, 10_000);
  pauses(backOff, 6);
  backOff.reset();
  expect(backOff.next()).toBeLessThanOrEqual(100);
});
