import { within } from '../async/within.js';

/** Milliseconds that a scrape waits for the database; what it does not say in time is left out. */
const TIMEOUT_MS = 1_000;

/** Milliseconds for which a failed reading is not repeated. */
const RETRY_MS = 1_000;

/** A reading that takes a while, made once for all scrapes and all metrics that ask for it. */
export class SharedReading<Value> {
  private reading: Promise<Value | undefined> = Promise.resolve(undefined);
  private isReading = false;
  private freshUntil = 0;

  /** @param freshMs milliseconds for which a reading serves */
  constructor(
    private readonly read: () => Promise<Value>,
    private readonly freshMs: number,
  ) {}

  /** @returns undefined when there is none in time */
  async value(): Promise<Value | undefined> {
    if (!this.isReading && performance.now() > this.freshUntil) this.start();
    return (await within(TIMEOUT_MS, this.reading))?.value;
  }

  private start(): void {
    this.isReading = true;
    this.reading = this.read().then(
      (value) => this.end(value, this.freshMs),
      () => this.end(undefined, RETRY_MS),
    );
  }

  private end(value: Value | undefined, freshMs: number): Value | undefined {
    this.isReading = false;
    this.freshUntil = performance.now() + freshMs;
    return value;
  }
}
