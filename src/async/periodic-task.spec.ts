import { jest } from '@jest/globals';
import { PeriodicTask } from './periodic-task.js';

const INTERVAL_MS = 1_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function counted(run: (count: number) => Promise<number | void> = () => Promise.resolve()) {
  const errors: unknown[] = [];
  const counter = { runs: 0, errors };
  const task = new PeriodicTask(
    () => {
      counter.runs += 1;
      return run(counter.runs);
    },
    INTERVAL_MS,
    (error) => errors.push(error),
  );
  return { task, counter };
}

it('a periodic task runs after each interval', async () => {
  const { task, counter } = counted();
  task.start();
  await jest.advanceTimersByTimeAsync(3 * INTERVAL_MS);
  expect(counter.runs).toBe(3);
});

it('a periodic task first runs after the delay that it is started with', async () => {
  const { task, counter } = counted();
  task.start(0);
  await jest.advanceTimersByTimeAsync(0);
  expect(counter.runs).toBe(1);
});

it('a run of a periodic task may choose the pause after it', async () => {
  const { task, counter } = counted((count) => Promise.resolve(count === 1 ? 10 : undefined));
  task.start(0);
  await jest.advanceTimersByTimeAsync(10);
  expect(counter.runs).toBe(2);
});

it('runs of a periodic task never overlap', async () => {
  const { task, counter } = counted(() => new Promise(() => undefined));
  task.start(0);
  await jest.advanceTimersByTimeAsync(5 * INTERVAL_MS);
  expect(counter.runs).toBe(1);
});

it('a run of a periodic task that fails is reported', async () => {
  const { task, counter } = counted(() => Promise.reject(new Error('no database')));
  task.start(0);
  await jest.advanceTimersByTimeAsync(0);
  expect(counter.errors).toEqual([new Error('no database')]);
});

it('a periodic task goes on after a run that failed', async () => {
  const { task, counter } = counted(() => Promise.reject(new Error('no database')));
  task.start(0);
  await jest.advanceTimersByTimeAsync(INTERVAL_MS);
  expect(counter.runs).toBe(2);
});

it('a periodic task that is stopped does not run again', async () => {
  const { task, counter } = counted();
  task.start();
  await task.stop();
  await jest.advanceTimersByTimeAsync(5 * INTERVAL_MS);
  expect(counter.runs).toBe(0);
});

it('stopping a periodic task waits for its current run', async () => {
  let finish!: () => void;
  const { task } = counted(() => new Promise<void>((resolve) => (finish = resolve)));
  task.start(0);
  await jest.advanceTimersByTimeAsync(0);
  let isStopped = false;
  const stopping = task.stop().then(() => (isStopped = true));
  await jest.advanceTimersByTimeAsync(0);
  expect(isStopped).toBe(false);
  finish();
  await stopping;
});
