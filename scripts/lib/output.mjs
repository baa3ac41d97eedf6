import { AsyncLocalStorage } from 'node:async_hooks';

/** What is printed within goes to the stage that it belongs to. */
const current = new AsyncLocalStorage();

/**
 * Runs `work` while others run: every line that it or its programs print begins with `name`.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what `work` gives
 */
export async function prefixed(name, work) {
  let rest = '';
  const show = (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    const shown = lines.map((line) => `${name} | ${line}`.trimEnd() + '\n');
    if (shown.length > 0) process.stdout.write(shown.join(''));
  };
  try {
    return await current.run(show, work);
  } finally {
    if (rest) show('\n');
  }
}

/** @returns {((text: string) => void) | undefined} undefined: the stage has the terminal to itself */
export function receiver() {
  return current.getStore();
}

/** Prints a line of the stage that runs. */
export function say(line) {
  const show = receiver() ?? ((text) => process.stdout.write(text));
  show(`${line}\n`);
}
