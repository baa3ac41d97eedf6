import { within } from './within.js';

it('within gives the value of work that ends in time', async () => {
  expect(await within(1_000, Promise.resolve(7))).toEqual({ value: 7 });
});

it('within gives undefined when work takes longer', async () => {
  expect(await within(1, new Promise(() => undefined))).toBeUndefined();
});

it('within throws what work throws in time', async () => {
  await expect(within(1_000, Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

it('an error of work that took longer is not reported as unhandled', async () => {
  const unhandled: unknown[] = [];
  const record = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', record);
  let fail!: (reason: Error) => void;
  await within(1, new Promise((_, reject) => (fail = reject)));
  fail(new Error('late'));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', record);
  expect(unhandled).toEqual([]);
});
