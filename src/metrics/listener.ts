import type { OnModuleDestroy } from '@nestjs/common';
import type { Signal } from '../telemetry/signal.js';

/** Listens to signals for as long as its module lives. */
export abstract class Listener implements OnModuleDestroy {
  private readonly stops: (() => void)[] = [];

  onModuleDestroy(): void {
    for (const stop of this.stops) stop();
  }

  protected on<Message extends object>(
    signal: Signal<Message>,
    listener: (message: Message) => void,
  ): void {
    this.stops.push(signal.listen(listener));
  }
}
