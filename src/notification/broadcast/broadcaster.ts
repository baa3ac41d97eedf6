import type { Observable } from 'rxjs';
import type { InboxChange } from './inbox-change.js';

/**
 * Wakes the open streams of a user whose inbox has changed, on every instance. A wake-up may be lost,
 * repeated or late: followers recognise by `rev` what is new to them, and a sweep finds what was lost.
 */
export abstract class Broadcaster {
  /** Emits when changes made on other instances may have been missed: time for a sweep. */
  abstract readonly missed: Observable<void>;

  /** Messages so far; undefined: there are no other instances. */
  abstract readonly traffic: Readonly<Traffic> | undefined;

  /**
   * For what is committed. Streams here are woken before it returns. It waits for nothing and never
   * throws.
   */
  abstract publish(change: InboxChange): void;

  /**
   * Resolves when changes of the user made on other instances arrive here too, or cannot for now.
   * Between what a stream reads after that and what arrives here, nothing is missing.
   */
  abstract subscribed(userId: number): Promise<void>;
}

/** Messages to and from other instances. */
export interface Traffic {
  sent: number;
  /** Not sent, or not known to be: Redis was unavailable or slow. The sweeps of others find those changes. */
  dropped: number;
  received: number;
  /** Being sent at this moment. */
  unsent: number;
}
