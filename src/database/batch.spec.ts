import { setImmediate } from 'node:timers/promises';
import { Batch } from './batch.js';

/** Runs that take a moment, and keep what they were given. */
class Runs {
  readonly taken: number[][] = [];

  readonly run = async (requests: number[]): Promise<string[]> => {
    this.taken.push(requests);
    await setImmediate();
    return requests.map((request) => `answer to ${request}`);
  };
}

it('a batch runs a request at once when nothing is under way', async () => {
  const runs = new Runs();
  const answer = new Batch(runs.run, 10).add(1);
  expect(runs.taken).toEqual([[1]]);
  await answer;
});

it('a batch runs requests together that collected during a run', async () => {
  const runs = new Runs();
  const batch = new Batch(runs.run, 10);
  await Promise.all([1, 2, 3].map((request) => batch.add(request)));
  expect(runs.taken).toEqual([[1], [2, 3]]);
});

it('a batch takes no more than its size at once', async () => {
  const runs = new Runs();
  const batch = new Batch(runs.run, 2);
  await Promise.all([1, 2, 3, 4, 5, 6].map((request) => batch.add(request)));
  expect(runs.taken).toEqual([[1], [2, 3], [4, 5], [6]]);
});

it('a batch gives each request its own answer', async () => {
  const runs = new Runs();
  const batch = new Batch(runs.run, 10);
  const answers = await Promise.all([1, 2, 3].map((request) => batch.add(request)));
  expect(answers).toEqual(['answer to 1', 'answer to 2', 'answer to 3']);
});

it('a batch runs again after it was idle', async () => {
  const batch = new Batch((requests: number[]) => Promise.resolve(requests), 10);
  await batch.add(1);
  expect(await batch.add(2)).toBe(2);
});

it('a batch lets requests collect first when it has a pause', async () => {
  const runs = new Runs();
  const batch = new Batch(runs.run, 10, () => false, { pauseMs: 1 });
  await Promise.all([1, 2, 3].map((request) => batch.add(request)));
  expect(runs.taken).toEqual([[1, 2, 3]]);
});

it('a batch has as many runs under way at once as it may', async () => {
  const runs = new Runs();
  const batch = new Batch(runs.run, 10, () => false, { runsAtOnce: 2 });
  await Promise.all([1, 2, 3, 4].map((request) => batch.add(request)));
  expect(runs.taken).toEqual([[1], [2], [3, 4]]);
});

it('a batch never has two runs under way about the same thing', async () => {
  const runs = new Runs();
  const subjectOf = (request: number) => request % 10;
  const batch = new Batch(runs.run, 10, () => false, { runsAtOnce: 2, subjectOf });
  await Promise.all([1, 11, 2, 21].map((request) => batch.add(request)));
  expect(runs.taken).toEqual([[1], [2], [11, 21]]);
});

describe('failed runs', () => {
  /** Fails every run that holds the request 2. */
  const run = (requests: number[]): Promise<number[]> =>
    requests.includes(2) ? Promise.reject(new Error('not 2')) : Promise.resolve(requests);

  const settle = (batch: Batch<number, number>, requests: number[]) =>
    Promise.allSettled(requests.map((request) => batch.add(request)));

  it('a batch fails the request that caused a failure, and no other', async () => {
    const outcomes = await settle(new Batch(run, 10), [0, 1, 2, 3]);
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: new Error('not 2') },
      { status: 'fulfilled', value: 3 },
    ]);
  });

  it('a batch continues with later requests after a failure', async () => {
    const batch = new Batch(run, 10);
    await settle(batch, [0, 2]);
    expect(await batch.add(4)).toBe(4);
  });

  it('a batch does not repeat a request that was alone', async () => {
    const taken: number[][] = [];
    const batch = new Batch((requests: number[]) => {
      taken.push(requests);
      return run(requests);
    }, 10);
    await settle(batch, [2]);
    expect(taken).toEqual([[2]]);
  });

  it('a batch fails all requests without a retry when the failure is not retryable', async () => {
    const taken: number[][] = [];
    const away = new Error('away');
    const batch = new Batch<number, number>(
      (requests) => {
        taken.push(requests);
        return requests.includes(0) ? Promise.resolve(requests) : Promise.reject(away);
      },
      10,
      (error) => error === away,
    );
    const outcomes = await settle(batch, [0, 1, 2]);
    expect([taken, outcomes.map(({ status }) => status)]).toEqual([
      [[0], [1, 2]],
      ['fulfilled', 'rejected', 'rejected'],
    ]);
  });
});
