import { Injectable } from '@nestjs/common';
import { EventEmitter2, EventEmitterReadinessWatcher } from '@nestjs/event-emitter';

/** Which events this process listens to. */
@Injectable()
export class EventListeners {
  constructor(
    private readonly emitter: EventEmitter2,
    private readonly watcher: EventEmitterReadinessWatcher,
  ) {}

  /** Resolves once every listener is registered. */
  async ready(): Promise<void> {
    await this.watcher.waitUntilReady();
  }

  has(name: unknown): name is string {
    return typeof name === 'string' && this.emitter.listenerCount(name) > 0;
  }

  /** Of every event that has a listener here. */
  names(): string[] {
    return this.emitter.eventNames().filter((name) => this.has(name));
  }

  /** Resolves when every listener of the event has done its part. @throws what one of them throws */
  async notify(name: string, event: object): Promise<void> {
    await this.emitter.emitAsync(name, event);
  }
}
