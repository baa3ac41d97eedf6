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
export class NotificationStreamHub {
  private readonly users = new Map<number, Listened>();

  /** What is published for the user from now on; all his streams share one Subject. */
  changes(userId: number): Observable<InboxChange> {
    return new Observable((subscriber) => {
      const user = this.users.get(userId) ?? { changes: new Subject(), rev: 0 };
      this.users.set(userId, user);
      const subscription = user.changes.subscribe(subscriber);
      return () => {
        subscription.unsubscribe();
        if (!user.changes.observed) this.users.delete(userId);
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

  /** Users with streams here, and the highest `rev` each was shown. */
  revs(): { userIds: number[]; revs: number[] } {
    return {
      userIds: [...this.users.keys()],
      revs: [...this.users.values()].map(({ rev }) => rev),
    };
  }
}
