import { NEVER } from 'rxjs';
import { Broadcaster } from './broadcaster.js';
import type { InboxChange } from './inbox-change.js';
import type { StreamHub } from './stream.hub.js';

/** For a single instance. */
export class LocalBroadcaster extends Broadcaster {
  readonly missed = NEVER;
  readonly traffic = undefined;

  constructor(private readonly hub: StreamHub) {
    super();
  }

  publish(change: InboxChange): void {
    this.hub.publish(change);
  }

  subscribed(): Promise<void> {
    return Promise.resolve();
  }
}
