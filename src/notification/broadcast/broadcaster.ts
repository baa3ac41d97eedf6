import type { Observable } from 'rxjs';
import type { InboxChange } from './inbox-change.js';

/**
 * Wakes the open streams of a user whose box has changed, on every instance. A wake-up may be lost,
 * doubled or late: followers know by `rev` what is new to them, and a sweep finds what was lost.
 */
export abstract class Broadcaster {
  /** Emits when changes made on other instances may have gone unheard: time for a sweep. */
  abstract readonly missed: Observable<void>;

  /** What has been said and heard so far; undefined: there is nobody else. */
  abstract readonly traffic: Readonly<Traffic> | undefined;

  /**
   * For what is committed. Streams here are woken before it returns; it waits for nothing, and never
   * throws.
   */
  abstract publish(change: InboxChange): void;

  /**
   * Resolves when changes made on other instances are heard here too, or cannot be for now: what a
   * stream of the user reads after that leaves no gap to what it hears.
   */
  abstract hears(userId: number): Promise<void>;
}

/** Messages to and from other instances. */
export interface Traffic {
  sent: number;
  /** Not sent, or not known to be: Redis was away or slow. Sweeps elsewhere find what they were of. */
  dropped: number;
  heard: number;
  /** On their way at this moment. */
  unsent: number;
}
