import { Injectable } from '@nestjs/common';
import { Observable, Subject } from 'rxjs';
import type { InboxChange } from './inbox-change.js';

/** A user who has streams open on this instance. */
interface Subscriber {
  changes: Subject<InboxChange>;
  /** The highest `rev` that was published here. */
  rev: number;
}

/** Passes changes of a user's inbox on to their open streams: one Subject per user. */
@Injectable()
export class StreamHub {
  private readonly users = new Map<number, Subscriber>();
  private readonly firstStreams = new Subject<number>();
  private readonly lastStreams = new Subject<number>();

  /** Ids of users whose first stream here was opened. */
  readonly joined: Observable<number> = this.firstStreams;
  /** Ids of users whose last stream here has ended. */
  readonly left: Observable<number> = this.lastStreams;

  /** What is published for the user from now on. All streams of the user share one Subject. */
  changes(userId: number): Observable<InboxChange> {
    return new Observable((subscriber) => {
      const known = this.users.get(userId);
      const user = known ?? { changes: new Subject(), rev: 0 };
      const subscription = user.changes.subscribe(subscriber);
      if (!known) {
        this.users.set(userId, user);
        this.firstStreams.next(userId);
      }
      return () => {
        subscription.unsubscribe();
        if (user.changes.observed) return;
        this.users.delete(userId);
        this.lastStreams.next(userId);
      };
    });
  }

  /** Costs one look-up in a map when the user has no stream here. */
  publish(change: InboxChange): void {
    const user = this.users.get(change.userId);
    if (!user) return;
    user.rev = Math.max(user.rev, change.counters.rev);
    user.changes.next(change);
  }

  /** Whether the user has a stream here. */
  has(userId: number): boolean {
    return this.users.has(userId);
  }

  /** Users with streams here. */
  get userIds(): number[] {
    return [...this.users.keys()];
  }

  /** Users with streams here, and the highest `rev` that was published for each. */
  revs(): { userIds: number[]; revs: number[] } {
    return {
      userIds: [...this.users.keys()],
      revs: [...this.users.values()].map(({ rev }) => rev),
    };
  }
}
