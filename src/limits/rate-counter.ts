/** How often something happened in the window of time that is running. */
export interface RateCounter {
  count: number;
  /** Milliseconds until the window ends; 0 while there is none. */
  endsInMs: number;
}

/** Counts by limit and key; a window begins with the first that is counted. */
export interface RateCounters {
  /** Counts one more. @returns the count with it */
  add(limit: string, key: string, windowMs: number): Promise<RateCounter>;
  /** The count as it is. */
  read(limit: string, key: string): Promise<RateCounter>;
}
