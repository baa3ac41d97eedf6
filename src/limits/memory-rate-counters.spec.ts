import { MemoryRateCounters } from './memory-rate-counters.js';

describe('MemoryRateCounters', () => {
  let counters: MemoryRateCounters;
  beforeEach(() => {
    counters = new MemoryRateCounters();
  });

  it('MemoryRateCounters counts each key of each limit by itself', async () => {
    await counters.add('a', 'x', 60_000);
    await counters.add('a', 'x', 60_000);
    await counters.add('a', 'y', 60_000);
    await counters.add('b', 'x', 60_000);
    const looks = [counters.read('a', 'x'), counters.read('a', 'y'), counters.read('b', 'x')];
    expect((await Promise.all(looks)).map(({ count }) => count)).toEqual([2, 1, 1]);
  });

  it('MemoryRateCounters answers an addition with the count that includes it, and the time that is left', async () => {
    const { count, endsInMs } = await counters.add('a', 'x', 60_000);
    expect([count, endsInMs > 59_000 && endsInMs <= 60_000]).toEqual([1, true]);
  });

  it('MemoryRateCounters leaves the end of a window where it was, however much is added', async () => {
    const first = await counters.add('a', 'x', 60_000);
    const second = await counters.add('a', 'x', 60_000);
    expect(second.endsInMs).toBeLessThanOrEqual(first.endsInMs);
  });

  it('MemoryRateCounters begins anew when the window has ended', async () => {
    await counters.add('a', 'x', 0);
    expect(await counters.read('a', 'x')).toEqual({ count: 0, endsInMs: 0 });
    expect((await counters.add('a', 'x', 60_000)).count).toBe(1);
  });

  it('MemoryRateCounters counts nothing for a key it has not seen', async () => {
    expect(await counters.read('a', 'x')).toEqual({ count: 0, endsInMs: 0 });
  });

  it('MemoryRateCounters forgets what has ended, without being asked for it', async () => {
    for (let key = 0; key < 1_000; key += 1) await counters.add('a', `${key}`, 0);
    expect(counters.size).toBeLessThan(5);
  });

  it('MemoryRateCounters holds no more keys than its bound, and drops the oldest first', async () => {
    for (let key = 0; key < 60_000; key += 1) await counters.add('a', `${key}`, 60_000);
    const [oldest, newest] = [await counters.read('a', '0'), await counters.read('a', '59999')];
    expect([counters.size, oldest.count, newest.count]).toEqual([50_000, 0, 1]);
  });

  it('MemoryRateCounters empties no limit for the flood of another', async () => {
    await counters.add('b', 'x', 60_000);
    for (let key = 0; key < 60_000; key += 1) await counters.add('a', `${key}`, 60_000);
    expect((await counters.read('b', 'x')).count).toBe(1);
  });
});
