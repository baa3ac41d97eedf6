import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PeriodicTask } from '../async/periodic-task.js';
import { EventListeners } from './event-listeners.js';
import { OutboxBacklog, type Untaken } from './outbox-backlog.js';

const CHECK_INTERVAL_MS = 5_000;
/** Milliseconds for which one line about an event name is enough. */
const LINE_INTERVAL_MS = 600_000;

/**
 * Finds events that no running version listens to, and says so: they would wait without a word. They are
 * marked in the table, for the metrics and `npm run outbox`, whichever instance found them.
 */
@Injectable()
export class ListenerCheck implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ListenerCheck.name);
  /** By event name: when a line was written about it. */
  private readonly lines = new Map<string, number>();
  private readonly checking = new PeriodicTask(
    () => this.check(),
    CHECK_INTERVAL_MS,
    // The relay reads the same table every second, and reports that it cannot.
    () => undefined,
  );

  constructor(
    private readonly listeners: EventListeners,
    private readonly backlog: OutboxBacklog,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.listeners.ready();
    this.checking.start(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.checking.stop();
  }

  private async check(): Promise<void> {
    const untaken = await this.backlog.markWithoutListener(this.listeners.names());
    const now = performance.now();
    for (const [name, writtenAt] of this.lines) {
      if (now - writtenAt > LINE_INTERVAL_MS) this.lines.delete(name);
    }
    for (const events of untaken) this.report(events, now);
  }

  private report({ name, count, id }: Untaken, now: number): void {
    if (this.lines.has(name)) return;
    this.lines.set(name, now);
    const others = count > 1 ? ` and ${count - 1} more of that name` : '';
    this.logger.warn(
      `Event ${id} (${name})${others} has no listener and stays in the outbox: ` +
        `start a version that listens to it, or remove it: npm run outbox -- discard ${id}`,
    );
  }
}
