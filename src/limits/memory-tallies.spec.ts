import { MemoryTallies } from './memory-tallies.js';

describe('MemoryTallies', () => {
  let tallies: MemoryTallies;
  beforeEach(() => {
    tallies = new MemoryTallies();
  });

  it('counts each key of each limit by itself', async () => {
    await tallies.add('a', 'x', 60_000);
    await tallies.add('a', 'x', 60_000);
    await tallies.add('a', 'y', 60_000);
    await tallies.add('b', 'x', 60_000);
    const looks = [tallies.look('a', 'x'), tallies.look('a', 'y'), tallies.look('b', 'x')];
    expect((await Promise.all(looks)).map(({ count }) => count)).toEqual([2, 1, 1]);
  });

  it('answers an addition with the count that includes it, and the time that is left', async () => {
    const { count, endsInMs } = await tallies.add('a', 'x', 60_000);
    expect([count, endsInMs > 59_000 && endsInMs <= 60_000]).toEqual([1, true]);
  });

  it('leaves the end of a window where it was, however much is added', async () => {
    const first = await tallies.add('a', 'x', 60_000);
    const second = await tallies.add('a', 'x', 60_000);
    expect(second.endsInMs).toBeLessThanOrEqual(first.endsInMs);
  });

  it('begins anew when the window has ended', async () => {
    await tallies.add('a', 'x', 0);
    expect(await tallies.look('a', 'x')).toEqual({ count: 0, endsInMs: 0 });
    expect((await tallies.add('a', 'x', 60_000)).count).toBe(1);
  });

  it('counts nothing for a key it has not seen', async () => {
    expect(await tallies.look('a', 'x')).toEqual({ count: 0, endsInMs: 0 });
  });

  it('forgets what has ended, without being asked for it', async () => {
    for (let key = 0; key < 1_000; key += 1) await tallies.add('a', `${key}`, 0);
    expect(tallies.size).toBeLessThan(5);
  });

  it('holds no more keys than its bound, and drops the oldest first', async () => {
    for (let key = 0; key < 60_000; key += 1) await tallies.add('a', `${key}`, 60_000);
    const [oldest, newest] = [await tallies.look('a', '0'), await tallies.look('a', '59999')];
    expect([tallies.size, oldest.count, newest.count]).toEqual([50_000, 0, 1]);
  });

  it('empties no limit for the flood of another', async () => {
    await tallies.add('b', 'x', 60_000);
    for (let key = 0; key < 60_000; key += 1) await tallies.add('a', `${key}`, 60_000);
    expect((await tallies.look('b', 'x')).count).toBe(1);
  });
});
