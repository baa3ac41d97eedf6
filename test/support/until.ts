import { setTimeout as pause } from 'node:timers/promises';

const LOOK_INTERVAL_MS = 10;

/** Resolves once it is so: for what announces itself to nobody. @throws when it takes too long */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt)
      throw new Error(`Not so after ${timeoutMs} ms: ${String(isSo)}`);
    await pause(LOOK_INTERVAL_MS);
  }
}
