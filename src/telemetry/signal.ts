import { channel } from 'node:diagnostics_channel';
import { Logger } from '@nestjs/common';

/**
 * Something worth counting or logging has happened. Whoever does it says so and knows of nobody who
 * listens; without a listener it costs a comparison. Belongs to the process, as its log does.
 */
export class Signal<Message extends object> {
  private readonly channel;

  constructor(private readonly name: string) {
    this.channel = channel(`qna-notifications:${name}`);
  }

  /** For messages that cost something to make. */
  get hasListeners(): boolean {
    return this.channel.hasSubscribers;
  }

  emit(message: Message): void {
    if (this.channel.hasSubscribers) this.channel.publish(message);
  }

  /** @returns stops listening; may be repeated */
  listen(listener: (message: Message) => void): () => void {
    const hear = (message: unknown): void => {
      try {
        listener(message as Message);
      } catch (error) {
        // The channel would make it an uncaught exception: who only watches must not do that.
        new Logger('Telemetry').error(`Listener of "${this.name}": ${String(error)}`);
      }
    };
    this.channel.subscribe(hear);
    return () => {
      this.channel.unsubscribe(hear);
    };
  }
}
