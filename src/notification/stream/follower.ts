import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type MessageEvent } from '@nestjs/common';
import type { Subscriber, Subscription } from 'rxjs';
import { Settings } from '../../config/settings.js';
import { eventsReplayed, frameWritten, sweepFound } from '../../telemetry/signals.js';
import type { Trace } from '../../telemetry/trace.js';
import { Broadcaster } from '../broadcast/broadcaster.js';
import type { ConnectedData } from './dto/stream-event.dto.js';
import {
  counts,
  type InboxChange,
  notificationFrame,
  readFrame,
} from '../broadcast/inbox-change.js';
import { InboxHistory, type Snapshot } from '../inbox/inbox.history.js';
import { toDto } from '../inbox/notification-row.js';
import { StreamHub } from '../broadcast/stream.hub.js';

/** Changes kept while the table is being read; past it, the table is read once more instead. */
const MAX_WAITING = 100;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 3_000;

// Not one a stream: there are tens of thousands of them.
const logger = new Logger('FollowerFactory');

/** Makes what a stream shows: the past from the table, then what happens, without a seam. */
@Injectable()
export class FollowerFactory {
  constructor(
    private readonly history: InboxHistory,
    private readonly hub: StreamHub,
    private readonly broadcaster: Broadcaster,
    private readonly settings: Settings,
  ) {}

  /** @param lastEventId the cursor a client came back with, as it sent it */
  follow(userId: number, lastEventId: string | undefined): Follower {
    const { history, hub, broadcaster, settings } = this;
    return new Follower(userId, lastEventId, history, hub, broadcaster, settings);
  }
}

/**
 * One stream's way along a user's box. Every change raises `rev` by one, and a notification raises
 * `seq` with it. A change that is the next one passes straight through; one that is not new is
 * dropped; anything else means that some were missed, and the table is asked. Lost, doubled and
 * disordered wake-ups therefore all end in the same lines.
 */
export class Follower {
  private seq: number | undefined;
  private rev = 0;
  private isReading = true;
  private waiting: InboxChange[] = [];
  private out: Subscriber<MessageEvent> | undefined;
  private isClosed = false;
  private readonly cursor: number | undefined;
  private readonly listening: Subscription;
  private readonly opening: Promise<void>;
  /** What `connected` is made of; given up once it was said. */
  private opened: Snapshot | undefined;

  /** Takes up listening and reading at once: until {@link close}, whether it is shown or not. */
  constructor(
    private readonly userId: number,
    private readonly lastEventId: string | undefined,
    private readonly history: InboxHistory,
    hub: StreamHub,
    private readonly broadcaster: Broadcaster,
    private readonly settings: Settings,
  ) {
    this.cursor = parseCursor(lastEventId);
    // Listening before reading: what is committed in between is in the snapshot or among these.
    this.listening = hub.changes(userId).subscribe((change) => this.take(change));
    this.opening = this.open();
  }

  /** Shows `connected`, then everything after the cursor, stored or yet to come, once and in order. */
  show(out: Subscriber<MessageEvent>): void {
    this.out = out;
    // Without a detour when it is there: the headers and `connected` then leave in one packet.
    if (this.opened) this.begin(this.opened);
    else void this.opening.then(() => this.opened && this.begin(this.opened));
  }

  /** Resolves when `connected` can be said, or after `timeoutMs` without an answer. */
  async ready(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise((resolve) => (timer = setTimeout(resolve, timeoutMs)));
    await Promise.race([this.opening, timeout]);
    clearTimeout(timer);
  }

  /** May be repeated. */
  close(): void {
    this.isClosed = true;
    this.listening.unsubscribe();
    this.waiting = [];
  }

  /** The cursor last shown; what the client came with before there is one. */
  get position(): string {
    return this.seq === undefined ? (this.lastEventId ?? '') : String(this.seq);
  }

  get isConnected(): boolean {
    return this.seq !== undefined;
  }

  private async open(): Promise<void> {
    await this.broadcaster.hears(this.userId);
    this.opened = await this.read(this.cursor);
  }

  private begin(snapshot: Snapshot): void {
    this.opened = undefined;
    const { head, missed } = snapshot;
    const isResumed = this.cursor !== undefined && missed !== undefined;
    this.seq = isResumed ? this.cursor : head.seq;
    this.rev = head.rev;
    const connected = {
      user_id: this.userId,
      ...counts(head),
      resumed: isResumed,
      replayed: missed?.length ?? 0,
      resync: this.lastEventId !== undefined && !isResumed,
      heartbeat_seconds: this.settings.sseHeartbeatSeconds,
    } satisfies ConnectedData;
    this.emit('connected', connected, { retry: reconnectMs() });
    if (missed && missed.length > 0) eventsReplayed.emit({ count: missed.length });
    this.replay(snapshot);
    this.resume();
  }

  private take(change: InboxChange): void {
    if (!this.isReading) {
      this.pass(change);
    } else if (this.waiting.length < MAX_WAITING) {
      this.waiting.push(change);
    } else {
      // A bare hint: it makes the table be read again if the reading now under way is too old. Of the
      // newest, which need not be the last: on other instances things happen at the same time.
      const heads = [...this.waiting, change].map(({ head }) => head);
      const head = heads.reduce((newest, one) => (one.rev > newest.rev ? one : newest));
      this.waiting = [{ userId: change.userId, head }];
    }
  }

  private pass({ head, frame, isFound }: InboxChange): void {
    if (head.rev <= this.rev) return;
    if (isFound) sweepFound.emit({ userId: this.userId });
    if (frame && head.rev === this.rev + 1) {
      this.seq = head.seq;
      this.rev = head.rev;
      this.emit(frame.type, frame.data, { trace: frame.trace });
    } else {
      void this.catchUp();
    }
  }

  private async catchUp(): Promise<void> {
    this.isReading = true;
    const snapshot = await this.read(this.seq);
    if (!snapshot) return;
    if (!snapshot.missed) {
      // More than may be replayed: the client comes back and is told to fetch the list.
      this.out?.complete();
      return;
    }
    // Changes that were no notifications: something was read, or went by retention.
    const others = snapshot.head.rev - this.rev - snapshot.missed.length;
    this.replay(snapshot, { isLate: true });
    this.rev = snapshot.head.rev;
    if (others > 0) this.emit('read', readFrame(null, snapshot.head).data);
    this.resume();
  }

  /** @param isLate they are news, which no wake-up had brought; not what came while nobody listened */
  private replay({ head, missed }: Snapshot, { isLate = false } = {}): void {
    for (const row of missed ?? []) {
      this.seq = row.seq;
      const trace = isLate ? { committedAt: row.created_at.getTime() } : undefined;
      this.emit('notification', notificationFrame(toDto(row), head).data, { trace });
    }
  }

  private resume(): void {
    this.isReading = false;
    while (!this.isReading && this.waiting.length > 0) this.pass(this.waiting.shift()!);
  }

  private emit(
    type: string,
    data: string | object,
    { retry, trace }: { retry?: number; trace?: Trace | undefined } = {},
  ): void {
    const id = this.position;
    this.out?.next({ type, id, data, ...(retry !== undefined && { retry }) });
    frameWritten.emit({ type, userId: this.userId, id, trace });
  }

  /** Asks until there is an answer: a stream outlives a database that is away. */
  private async read(after: number | undefined): Promise<Snapshot | undefined> {
    for (
      let pause = FIRST_PAUSE_MS;
      !this.isClosed;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    ) {
      try {
        const snapshot = await this.history.since(this.userId, after, this.settings.sseReplayLimit);
        return this.isClosed ? undefined : snapshot;
      } catch (error) {
        logger.debug(`A stream waits for the database: ${String(error)}`);
        await sleep(pause * (0.5 + Math.random() / 2));
      }
    }
    return undefined;
  }
}

/** @returns undefined: none, or none that was ever given out */
function parseCursor(text: string | undefined): number | undefined {
  return text !== undefined && /^(0|[1-9]\d{0,9})$/.test(text) && Number(text) < 2 ** 31
    ? Number(text)
    : undefined;
}

/** Milliseconds after which a browser reconnects; spread, so that they do not all come at once. */
export function reconnectMs(): number {
  return 2_000 + Math.floor(Math.random() * 2_001);
}
