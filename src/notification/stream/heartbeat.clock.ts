import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { interval, type Observable, Subject, type Subscription } from 'rxjs';
import { Settings } from '../../config/settings.js';

/** Parts of a period. Streams are spread over them by the moment at which they were opened. */
const SLOTS = 20;

/**
 * One interval for the heartbeats of all streams, and one Subject per slot, which its streams share. A
 * stream gets the slot that has just passed, so its first beat comes a full period later. A timer per
 * stream would cost memory; a single slot would write to all streams in the same instant.
 */
@Injectable()
export class HeartbeatClock implements OnModuleDestroy {
  private readonly slots = Array.from({ length: SLOTS }, () => new Subject<void>());
  private readonly ticking: Subscription;
  /** Index of the slot that has just passed. */
  private current = SLOTS - 1;

  constructor({ sseHeartbeatSeconds }: Settings) {
    this.ticking = interval((sseHeartbeatSeconds * 1_000) / SLOTS).subscribe((tick) => {
      this.current = tick % SLOTS;
      this.slots[this.current]!.next();
    });
  }

  onModuleDestroy(): void {
    this.ticking.unsubscribe();
  }

  /** Emits every `SSE_HEARTBEAT_SECONDS` from now on. */
  beats(): Observable<void> {
    return this.slots[this.current]!;
  }
}
