import { Injectable } from '@nestjs/common';
import { Observable, Subject } from 'rxjs';
import type { InboxChange } from './inbox-change.js';

/** What this instance knows of a user who has streams open here. */
interface Listened {
  changes: Subject<InboxChange>;
  /** The highest `rev` that was published here. */
  rev: number;
}

/** Hands changes of a user's box to his open streams. Knows no database and no HTTP. */
@Injectable()
export class StreamHub {
  private readonly users = new Map<number, Listened>();
  private readonly first = new Subject<number>();
  private readonly last = new Subject<number>();

  /** Ids of users who get their first stream here. */
  readonly joined: Observable<number> = this.first;
  /** Ids of users whose last stream here has ended. */
  readonly left: Observable<number> = this.last;

  /** What is published for the user from now on; all his streams share one Subject. */
  changes(userId: number): Observable<InboxChange> {
    return new Observable((subscriber) => {
      const known = this.users.get(userId);
      const user = known ?? { changes: new Subject(), rev: 0 };
      const subscription = user.changes.subscribe(subscriber);
      if (!known) {
        this.users.set(userId, user);
        this.first.next(userId);
      }
      return () => {
        subscription.unsubscribe();
        if (user.changes.observed) return;
        this.users.delete(userId);
        this.last.next(userId);
      };
    });
  }

  /** Costs a look into a map when the user has no stream here. */
  publish(change: InboxChange): void {
    const user = this.users.get(change.userId);
    if (!user) return;
    user.rev = Math.max(user.rev, change.head.rev);
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

  /** Users with streams here, and the highest `rev` each was shown. */
  revs(): { userIds: number[]; revs: number[] } {
    return {
      userIds: [...this.users.keys()],
      revs: [...this.users.values()].map(({ rev }) => rev),
    };
  }
}
