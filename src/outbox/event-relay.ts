import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PeriodicTask } from '../async/periodic-task.js';
import { EventListeners } from './event-listeners.js';
import { OutboxQueue } from './outbox-queue.js';
import { domainEventOf, requestIdOf, type StoredEvent } from './stored-event.js';

/** Events being delivered at once; past it they wait in the table, not in memory. */
const MAX_IN_FLIGHT = 1_000;
/** Milliseconds between two looks at what a crash or a failed listener left. */
const SWEEP_INTERVAL_MS = 1_000;
/** Milliseconds until the next look when there was no room for what may be waiting. */
const FULL_INTERVAL_MS = 50;

/** Brings stored events to their listeners: at once after the commit, and again until it worked. */
@Injectable()
export class EventRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(EventRelay.name);
  private readonly inFlight = new Map<string, Promise<void>>();
  private readonly sweeping = new PeriodicTask(
    () => this.sweep(),
    SWEEP_INTERVAL_MS,
    (error) => this.logger.warn(`The outbox could not be read: ${String(error)}`),
  );
  private isOpen = false;

  constructor(
    private readonly listeners: EventListeners,
    private readonly outbox: OutboxQueue,
  ) {}

  /** Delivers nothing before every listener is registered: an earlier event would reach none. */
  async onApplicationBootstrap(): Promise<void> {
    await this.listeners.ready();
    this.isOpen = true;
    this.sweeping.start(0);
  }

  /** Takes nothing more; what is in flight ends, or stays in the table for the next process. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isOpen = false;
    await this.sweeping.stop();
    await this.idle();
  }

  /** Delivers committed events, without making anybody wait. Events without room wait in the table. */
  offer(events: StoredEvent[]): void {
    if (!this.isOpen) return;
    for (const event of events) {
      if (this.inFlight.size >= MAX_IN_FLIGHT) return;
      // Emitted without a listener, an event would count as delivered. During a deployment an event of
      // a new kind waits in the table for a process that listens to it.
      if (this.listeners.has(event.name)) this.deliver(event);
    }
  }

  /** Resolves when nothing is being delivered by this process. */
  async idle(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight.values());
  }

  private deliver(event: StoredEvent): void {
    const delivery = this.emit(event).finally(() => this.inFlight.delete(event.id));
    this.inFlight.set(event.id, delivery);
  }

  private async emit(stored: StoredEvent): Promise<void> {
    const { id, name, failures } = stored;
    const event = domainEventOf(stored);
    try {
      await this.listeners.notify(name, event);
    } catch (error) {
      this.logger.warn(`Event ${id} (${name}) failed and is tried again: ${String(error)}`, {
        request_id: requestIdOf(event.trace) ?? undefined,
      });
      await this.outbox.fail(id, failures, error).catch(() => this.warnUnrecorded(id));
      return;
    }
    // Unrecorded, it is delivered again, which listeners must bear anyway.
    await this.outbox.complete(id).catch(() => this.warnUnrecorded(id));
  }

  private warnUnrecorded(id: string): void {
    this.logger.warn(`The outcome of event ${id} could not be stored; it is delivered again.`);
  }

  /** @returns milliseconds until the next one */
  private async sweep(): Promise<number> {
    const room = MAX_IN_FLIGHT - this.inFlight.size;
    if (room <= 0) return FULL_INTERVAL_MS;
    const { items, isAll } = await this.outbox.claim({
      room,
      busy: [...this.inFlight.keys()],
      filterValue: this.listeners.names(),
    });
    for (const event of items) this.deliver(event);
    return isAll ? SWEEP_INTERVAL_MS : 0;
  }
}
