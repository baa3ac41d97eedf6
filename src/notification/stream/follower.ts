import type { Trace } from '../../telemetry/trace.js';
import type { InboxChange, InboxCounters } from '../broadcast/inbox-change.js';
import type { InboxSnapshot } from '../inbox/inbox.history.js';
import { type NotificationRow, toDto } from '../inbox/notification-row.js';
import { parseCursor } from './cursor.js';
import { type Frame, frameOf, notificationFrame, readFrame } from './frames.js';

/** Changes kept while the table is being read; past it, the table is read once more instead. */
export const MAX_KEPT_CHANGES = 100;

/**
 * - `opening`: the first snapshot is being read; changes are kept
 * - `live`: changes are shown as they come
 * - `catching up`: some changes were missed, and a snapshot is being read; changes are kept
 * - `ended`: nothing is shown any more
 */
export type FollowerState = 'opening' | 'live' | 'catching up' | 'ended';

/** How a stream begins. */
export interface Beginning {
  counters: InboxCounters;
  /** Whether the stream continues after the cursor that it was opened with. */
  isResumed: boolean;
  /** Missed notifications that follow. */
  replayed: number;
  /** Whether the client has to fetch the list: its cursor is unknown, or it missed too much. */
  isResync: boolean;
}

/** What a follower has done by its stream. */
export interface FollowerActions {
  /** Reads the table, and answers by {@link Follower.onSnapshot}. @param after cursor */
  read(after: number | undefined): void;
  showBeginning(beginning: Beginning): void;
  show(frame: Frame, trace?: Trace): void;
  /** Ends the stream: more was missed than may be replayed. The client reconnects and fetches the list. */
  endBehind(): void;
  /** The sweep found a change that no wake-up had announced. */
  recordFound(): void;
}

/**
 * Follows a user's inbox for one stream. Every change raises `rev` by one, and a notification raises
 * `seq` with it. The change that comes next is shown; one that is not new is dropped; anything else
 * means that changes were missed, and the table is read. So lost, repeated and disordered wake-ups
 * need no further cases.
 *
 * Knows no database, no clock and no HTTP: it is given changes and snapshots, and calls its actions.
 */
export class Follower {
  private current: FollowerState = 'opening';
  private seq: number | undefined;
  private rev = 0;
  private kept: InboxChange[] = [];
  private readonly cursor: number | undefined;

  /** @param lastEventId the cursor that the client sent, as it sent it */
  constructor(
    private readonly actions: FollowerActions,
    private readonly lastEventId?: string,
  ) {
    this.cursor = parseCursor(lastEventId);
  }

  get state(): FollowerState {
    return this.current;
  }

  /** The cursor last shown; before there is one, what the client sent. */
  get position(): string {
    return this.seq === undefined ? (this.lastEventId ?? '') : String(this.seq);
  }

  /** Begins to read. Changes have to be passed on from this moment. */
  open(): void {
    this.actions.read(this.cursor);
  }

  onChange(change: InboxChange): void {
    if (this.current === 'live') this.showNext(change);
    else if (this.current !== 'ended') this.keep(change);
  }

  onSnapshot(snapshot: InboxSnapshot): void {
    if (this.current === 'opening') this.begin(snapshot);
    else if (this.current === 'catching up') this.catchUp(snapshot);
  }

  /** May be repeated. */
  end(): void {
    this.current = 'ended';
    this.kept = [];
  }

  private begin({ counters, missed }: InboxSnapshot): void {
    const isResumed = this.cursor !== undefined && missed !== undefined;
    this.seq = isResumed ? this.cursor : counters.seq;
    this.rev = counters.rev;
    this.actions.showBeginning({
      counters,
      isResumed,
      replayed: missed?.length ?? 0,
      isResync: this.lastEventId !== undefined && !isResumed,
    });
    this.replay(missed ?? [], counters);
    this.goLive();
  }

  private catchUp({ counters, missed }: InboxSnapshot): void {
    if (!missed) {
      this.end();
      this.actions.endBehind();
      return;
    }
    // Changes that were not notifications: something was read, or retention removed it.
    const others = counters.rev - this.rev - missed.length;
    this.replay(missed, counters, { isNews: true });
    this.rev = counters.rev;
    if (others > 0) this.actions.show(readFrame(null, counters));
    this.goLive();
  }

  /** @param isNews no wake-up announced them; otherwise they came while no stream was open */
  private replay(
    missed: NotificationRow[],
    counters: InboxCounters,
    { isNews = false } = {},
  ): void {
    for (const row of missed) {
      this.seq = row.seq;
      const trace = isNews ? { committedAt: row.created_at.getTime() } : undefined;
      this.actions.show(notificationFrame(toDto(row), counters), trace);
    }
  }

  private goLive(): void {
    // An action may have ended the stream.
    if (this.current === 'ended') return;
    this.current = 'live';
    while (this.state === 'live' && this.kept.length > 0) this.showNext(this.kept.shift()!);
  }

  private keep(change: InboxChange): void {
    if (this.kept.length < MAX_KEPT_CHANGES) {
      this.kept.push(change);
      return;
    }
    // One without content remains: the table is read again unless the snapshot contains it. The newest
    // need not be the last, for other instances publish at the same time.
    const newest = [...this.kept, change].reduce((one, other) =>
      other.counters.rev > one.counters.rev ? other : one,
    );
    this.kept = [{ userId: newest.userId, counters: newest.counters }];
  }

  private showNext(change: InboxChange): void {
    const { counters, trace, isFound } = change;
    if (counters.rev <= this.rev) return;
    if (isFound) this.actions.recordFound();
    const frame = counters.rev === this.rev + 1 ? frameOf(change) : undefined;
    if (!frame) {
      this.current = 'catching up';
      this.actions.read(this.seq);
      return;
    }
    this.seq = counters.seq;
    this.rev = counters.rev;
    this.actions.show(frame, trace);
  }
}
