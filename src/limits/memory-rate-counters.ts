import type { RateCounters, RateCounter } from './rate-counter.js';

/** Keys remembered at most by each limit; past it the oldest is forgotten before its time. */
const MAX_KEYS = 50_000;

/** Whole milliseconds, which add and subtract exactly. */
const now = (): number => Math.floor(performance.now());

interface Entry {
  count: number;
  /** {@link now} at which it is forgotten. */
  endsAt: number;
}

/** Counts of this instance. A limit has a table of its own: a flood of one empties no other. */
export class MemoryRateCounters implements RateCounters {
  private readonly tables = new Map<string, Map<string, Entry>>();

  add(limit: string, key: string, windowMs: number): Promise<RateCounter> {
    const at = now();
    const table = this.tables.get(limit) ?? new Map<string, Entry>();
    this.tables.set(limit, table);
    let entry = table.get(key);
    if (!entry || entry.endsAt <= at) {
      // At the end again: all of a table last equally long, so the first is the next to be forgotten.
      table.delete(key);
      entry = { count: 0, endsAt: at + windowMs };
      table.set(key, entry);
      forget(table, at);
    }
    entry.count += 1;
    return Promise.resolve({ count: entry.count, endsInMs: entry.endsAt - at });
  }

  read(limit: string, key: string): Promise<RateCounter> {
    const entry = this.tables.get(limit)?.get(key);
    const endsInMs = (entry?.endsAt ?? 0) - now();
    return Promise.resolve(
      entry && endsInMs > 0 ? { count: entry.count, endsInMs } : { count: 0, endsInMs: 0 },
    );
  }

  /** Keys that are held, those of the past among them. */
  get size(): number {
    return [...this.tables.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

/** The past, a few at a time so that nobody waits for it, and whatever is beyond the bound. */
function forget(table: Map<string, Entry>, at: number): void {
  let seen = 0;
  for (const [key, { endsAt }] of table) {
    if ((endsAt > at && table.size <= MAX_KEYS) || seen === 10) return;
    table.delete(key);
    seen += 1;
  }
}
