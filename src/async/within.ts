/**
 * Waits for `work` for a limited time. Work that takes longer goes on; its outcome is ignored.
 * @returns the value of `work`; undefined: it takes longer
 * @throws what `work` throws within the time
 */
export async function within<T>(
  milliseconds: number,
  work: Promise<T>,
): Promise<{ value: T } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<undefined>((resolve) => {
    // After one more turn of the event loop: when this process itself was stopped, an answer may have
    // arrived and not been read yet.
    timer = setTimeout(() => setImmediate(resolve, undefined), milliseconds).unref();
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work.then((value) => ({ value })), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
