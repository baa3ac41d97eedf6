/** Chance that comes the same way again from the same seed. */
export class Random {
  private state: number;

  /** @param seed any whole number */
  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 to below 1. */
  next(): number {
    // A Weyl sequence, mixed (mulberry32): small, and good enough to draw moments from.
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** @param items at least one */
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!;
  }

  /** One of its own for somebody, so that nobody's draws depend on how fast others draw. */
  fork(): Random {
    return new Random(Math.floor(this.next() * 2 ** 32));
  }

  /** Deals every card once before any comes again, for ever. */
  *deal<T>(items: readonly T[]): Generator<T, never> {
    for (;;) {
      const left = [...items];
      while (left.length > 0) yield left.splice(Math.floor(this.next() * left.length), 1)[0]!;
    }
  }
}
