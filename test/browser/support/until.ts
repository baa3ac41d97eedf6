import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again and again until the answer is truthy, and gives that.
 *
 * @param what completes the sentence "It never came true that …"
 * @throws {Error} when that takes longer than `seconds`; whatever `ask` throws
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  seconds = 20,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer) return answer;
    await pause(20);
  }
  throw new Error(`It never came true that ${what}.`);
}
