const SECONDS_PER_DOT = 2;

/**
 * Does a step, with one line for it: its name, a dot now and then while it lasts, and its seconds.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what `work` gives
 */
export async function step(name, work) {
  const start = performance.now();
  process.stdout.write(`${name}: `);
  const dots = setInterval(() => process.stdout.write('.'), SECONDS_PER_DOT * 1000);
  try {
    const result = await work();
    process.stdout.write(` ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stdout.write(error.isExplained ? '' : ' failed\n');
    throw error;
  } finally {
    clearInterval(dots);
  }
}
