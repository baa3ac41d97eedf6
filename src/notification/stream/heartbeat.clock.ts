import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { interval, type Subscription } from 'rxjs';
import { Settings } from '../../config/settings.js';

/** Parts of a period: streams are spread over them by the moment they were opened. */
const SLOTS = 20;

/**
 * One interval for the heartbeats of all streams. Each stream joins the slot that has just passed,
 * so that its first beat comes a full period later; a timer a stream would cost memory, and a single
 * slot would write to all of them in the same instant.
 */
@Injectable()
export class HeartbeatClock implements OnModuleDestroy {
  private readonly slots = Array.from({ length: SLOTS }, () => new Set<() => void>());
  private readonly ticking: Subscription;
  // The slot that "has just passed" before the first tick.
  private current = SLOTS - 1;

  constructor({ sseHeartbeatSeconds }: Settings) {
    this.ticking = interval((sseHeartbeatSeconds * 1_000) / SLOTS).subscribe((tick) => {
      this.current = tick % SLOTS;
      for (const beat of this.slots[this.current]!) beat();
    });
  }

  onModuleDestroy(): void {
    this.ticking.unsubscribe();
  }

  /** Calls it every `SSE_HEARTBEAT_SECONDS` from now on. @returns ends that */
  each(beat: () => void): () => void {
    const slot = this.slots[this.current]!;
    slot.add(beat);
    return () => slot.delete(beat);
  }
}
