/** Pauses between attempts: each twice as long as the one before, up to a longest, with jitter. */
export class BackOff {
  private attempts = 0;

  /** @param firstMs milliseconds @param longestMs milliseconds; no pause is longer */
  constructor(
    private readonly firstMs: number,
    private readonly longestMs: number,
  ) {}

  /** @returns milliseconds to wait before the next attempt: 50 to 100 % of the planned pause */
  next(): number {
    const planned = Math.min(this.longestMs, this.firstMs * 2 ** this.attempts);
    this.attempts += 1;
    // Instances that failed at the same moment must not try again at the same moment.
    return planned * (0.5 + Math.random() / 2);
  }

  /** Call it after a success: the next pause is the first again. */
  reset(): void {
    this.attempts = 0;
  }
}
