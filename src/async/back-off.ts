/**
 * A pause that doubles with each attempt, up to a longest, with jitter: instances that failed at the same
 * moment must not try again at the same moment.
 * @param attempt 0: the first
 * @param first the first pause, in the unit of the result
 * @returns 50 to 100 % of the planned pause
 */
export function backOffPause(attempt: number, first: number, longest: number): number {
  return Math.min(longest, first * 2 ** attempt) * (0.5 + Math.random() / 2);
}

/** Pauses between attempts: see {@link backOffPause}. */
export class BackOff {
  private attempts = 0;

  /** @param firstMs milliseconds @param longestMs milliseconds; no pause is longer */
  constructor(
    private readonly firstMs: number,
    private readonly longestMs: number,
  ) {}

  /** @returns milliseconds to wait before the next attempt */
  next(): number {
    const pause = backOffPause(this.attempts, this.firstMs, this.longestMs);
    this.attempts += 1;
    return pause;
  }

  /** Call it after a success: the next pause is the first again. */
  reset(): void {
    this.attempts = 0;
  }
}
