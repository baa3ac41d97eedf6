/** @returns undefined: it takes longer. What becomes of it then is nobody's concern. */
export async function within<T>(
  milliseconds: number,
  work: Promise<T>,
): Promise<{ value: T } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<undefined>((resolve) => {
    // Not at once: when this process itself stood still, an answer may lie there unread.
    timer = setTimeout(() => setImmediate(resolve, undefined), milliseconds).unref();
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work.then((value) => ({ value })), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
