import { EventSource } from 'eventsource';
import type { Person } from '../support/board.js';
import { cause } from './ledger.js';

/** A notification as a tab was shown it. */
export interface Shown {
  id: number;
  cause: string;
  /** By performance.now(). */
  at: number;
}

interface Received {
  data: string;
  lastEventId: string;
}

interface Pair {
  rev: number;
  unread_count: number;
}

/** What no stream may do. */
export interface TabFailures {
  outOfOrder: string[];
  revWentBack: string[];
  /** It was refused for good, or not continued where it had left. */
  refused: string[];
}

/** An unmodified EventSource, and what it was shown. */
export class Tab {
  readonly shown: Shown[] = [];
  readonly failures: TabFailures = { outOfOrder: [], revWentBack: [], refused: [] };
  connections = 0;
  /** When it was answered with a 200, by performance.now(): also by a server that ends it at once. */
  readonly opened: number[] = [];
  /** Of each `read` it was shown. */
  readonly readRevs: number[] = [];
  /** Of the notification it was shown last. */
  seq = 0;
  pair: Pair = { rev: -1, unread_count: -1 };
  private readonly source: EventSource;
  private isConnected = false;
  private revOfConnection = 0;

  constructor(
    url: string,
    private readonly person: Person,
    send: typeof fetch = fetch,
  ) {
    const address = `${url}/api/notification/stream?token=${person.token}`;
    this.source = new EventSource(address, { fetch: (input, init) => send(input, init) });
    this.source.addEventListener('open', () => {
      this.isConnected = false;
      this.opened.push(performance.now());
    });
    this.source.addEventListener('error', ({ code }) => {
      // It reconnects by itself after everything else.
      if (this.source.readyState === this.source.CLOSED) {
        this.failures.refused.push(`${this.whose} was refused with ${code}`);
      }
    });
    for (const type of ['connected', 'notification', 'read', 'heartbeat', 'expired', 'error']) {
      this.source.addEventListener(type, (event) => {
        if ('data' in event) this.take(type, event);
      });
    }
  }

  get hasBegun(): boolean {
    return this.connections > 0;
  }

  /** Whether it receives events at this moment. */
  get isLive(): boolean {
    return this.isConnected && this.source.readyState === this.source.OPEN;
  }

  close(): void {
    this.source.close();
  }

  private get whose(): string {
    return `A tab of ${this.person.username}`;
  }

  private take(type: string, { data, lastEventId }: Received): void {
    const content = JSON.parse(data) as Record<string, unknown>;
    if (type === 'connected') this.begin(content);
    else if (!this.isConnected) this.failures.outOfOrder.push(`${this.whose}: ${type} came first`);
    const expected = type === 'notification' ? this.seq + 1 : this.seq;
    if (lastEventId !== String(expected)) {
      this.failures.outOfOrder.push(`${this.whose}: ${type} ${lastEventId} instead of ${expected}`);
    }
    if (type === 'notification') this.show(content, Number(lastEventId));
    if (type === 'read') this.readRevs.push(content['rev'] as number);
    if ('rev' in content) this.count(content as unknown as Pair);
    if (type === 'expired' || type === 'error')
      this.failures.refused.push(`${this.whose}: ${type}`);
  }

  private begin({ resync, resumed }: Record<string, unknown>): void {
    this.connections += 1;
    this.isConnected = true;
    this.revOfConnection = 0;
    if (resync !== false || resumed !== this.connections > 1) {
      this.failures.refused.push(
        `${this.whose}: resync ${String(resync)}, resumed ${String(resumed)}`,
      );
    }
  }

  private show(content: Record<string, unknown>, seq: number): void {
    const { id, actor_username, event_type, resource_id } = content as {
      id: number;
      actor_username: string;
      event_type: string;
      resource_id: number;
    };
    this.seq = seq;
    this.shown.push({
      id,
      cause: cause(this.person.id, actor_username, event_type, resource_id),
      at: performance.now(),
    });
  }

  private count(pair: Pair): void {
    if (pair.rev < this.revOfConnection) {
      this.failures.revWentBack.push(`${this.whose}: ${pair.rev} after ${this.revOfConnection}`);
    }
    this.revOfConnection = pair.rev;
    if (pair.rev > this.pair.rev) this.pair = pair;
  }
}
