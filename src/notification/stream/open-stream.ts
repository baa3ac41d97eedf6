import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type MessageEvent } from '@nestjs/common';
import type { Response } from 'express';
import { Observable, type Subscriber, type Subscription } from 'rxjs';
import { BackOff } from '../../async/back-off.js';
import type { TokenRevocation } from '../../auth/token-revocation.js';
import type { Settings } from '../../config/settings.js';
import type { RequestWithUser } from '../../http/current-user.decorator.js';
import { recordStreamEnd } from '../../http/observed-stream.js';
import { eventsReplayed, frameWritten, sweepFound } from '../../telemetry/signals.js';
import type { Trace } from '../../telemetry/trace.js';
import type { Broadcaster } from '../broadcast/broadcaster.js';
import type { StreamHub } from '../broadcast/stream.hub.js';
import type { InboxHistory, InboxSnapshot } from '../inbox/inbox.history.js';
import type { ConnectionRegistry, EndReason, StreamConnection } from './connection-registry.js';
import type { ConnectedData } from './dto/stream-event.dto.js';
import { type Beginning, Follower, type FollowerActions } from './follower.js';
import { type Frame, unread } from './frames.js';
import type { HeartbeatClock } from './heartbeat.clock.js';
import { reconnectFrame, reconnectMs } from './reconnect.js';

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 3_000;
/** Milliseconds that a reader has to take what is left once the server has ended its stream. */
const LINGER_MS = 4_000;

// One for all: there are tens of thousands of streams.
const logger = new Logger('OpenStream');

/** What all streams of an instance share. */
export interface StreamServices {
  readonly broadcaster: Broadcaster;
  readonly clock: HeartbeatClock;
  readonly history: InboxHistory;
  readonly hub: StreamHub;
  readonly registry: ConnectionRegistry;
  readonly revocation: TokenRevocation;
  readonly settings: Settings;
}

/**
 * One open stream, from its admission to the end of its connection. It is shown as `frames` merged
 * with `heartbeats`. Whatever ends it, {@link close} is its one teardown.
 *
 * There are tens of thousands of them: a few fields and callbacks, no operators (docs/adr/0017).
 */
export class OpenStream implements StreamConnection, FollowerActions {
  readonly userId: number;
  readonly expiresAt: number;
  /** `connected`, then everything after the cursor, stored or to come, once and in order. */
  readonly frames = new Observable<MessageEvent>((output) => this.start(output));
  readonly heartbeats = new Observable<MessageEvent>((output) => this.startHeartbeats(output));

  private readonly follower: Follower;
  private output: Subscriber<MessageEvent> | undefined;
  private heartbeatOutput: Subscriber<MessageEvent> | undefined;
  private changes: Subscription | undefined;
  private stopWatching: (() => void) | undefined;
  private reading: Promise<void> | undefined;
  /** The first snapshot, until `frames` has a subscriber. */
  private first: InboxSnapshot | undefined;
  private endReason: EndReason | undefined;
  private isClosed = false;

  /** @param lastEventId the cursor that the client sent, as it sent it */
  constructor(
    private readonly services: StreamServices,
    private readonly request: RequestWithUser,
    lastEventId: string | undefined,
  ) {
    const { id, token } = request.user!;
    this.userId = id;
    this.expiresAt = token.expiresAt;
    this.follower = new Follower(this, lastEventId);
  }

  /**
   * Begins to listen and to read, once the registry has admitted it.
   * @returns resolves when `connected` can be sent
   */
  async open(): Promise<void> {
    const { broadcaster, hub, revocation } = this.services;
    // Listens before it reads: what is committed in between is in the snapshot or among the changes.
    this.changes = hub.changes(this.userId).subscribe((change) => this.follower.onChange(change));
    this.stopWatching = revocation.watch(this.request.user!, () => this.end('revoked'));
    await broadcaster.subscribed(this.userId);
    this.follower.open();
    await this.reading;
  }

  /** Sends what clients have to know of the reason, and ends the response. May be repeated. */
  end(reason: EndReason): void {
    if (this.endReason) return;
    this.endReason = reason;
    if (this.output) this.finish(this.output, reason);
  }

  /** The connection has ended. May be repeated. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.follower.end();
    this.changes?.unsubscribe();
    this.stopWatching?.();
    this.services.registry.release(this);
    recordStreamEnd(this.request);
  }

  read(after: number | undefined): void {
    this.reading = this.readAndPass(after);
  }

  showBeginning({ counters, isResumed, replayed, isResync }: Beginning): void {
    const connected = {
      user_id: this.userId,
      ...unread(counters),
      resumed: isResumed,
      replayed,
      resync: isResync,
      heartbeat_seconds: this.services.settings.sseHeartbeatSeconds,
    } satisfies ConnectedData;
    this.send(this.output, { type: 'connected', data: connected, retry: reconnectMs() });
    if (replayed > 0) eventsReplayed.emit({ count: replayed });
  }

  show(frame: Frame, trace?: Trace): void {
    this.send(this.output, frame, trace);
  }

  endBehind(): void {
    this.end('behind');
  }

  recordFound(): void {
    sweepFound.emit({ userId: this.userId });
  }

  private start(output: Subscriber<MessageEvent>): void {
    this.output = output;
    if (this.endReason) this.finish(output, this.endReason);
    // In this turn of the event loop where possible: headers and `connected` leave in one packet.
    else if (this.first) this.follower.onSnapshot(this.first);
    this.first = undefined;
  }

  private startHeartbeats(output: Subscriber<MessageEvent>): Subscription | void {
    this.heartbeatOutput = output;
    if (this.endReason) return output.complete();
    return this.services.clock.beats().subscribe(() => {
      // `connected` comes first, also when it has to wait for the database.
      if (this.follower.state !== 'opening') this.send(output, { type: 'heartbeat', data: '{}' });
    });
  }

  private finish(output: Subscriber<MessageEvent>, reason: EndReason): void {
    recordStreamEnd(this.request, reason);
    if (reason === 'expired') this.send(output, { type: 'expired', data: '{}' });
    if (reason === 'draining') output.next(reconnectFrame(this.follower.position));
    this.follower.end();
    output.complete();
    this.heartbeatOutput?.complete();
    destroyLater(this.request.res!);
  }

  /** Every event carries an id, the cursor: without one Nest numbers it, and browsers send that back. */
  private send(
    output: Subscriber<MessageEvent> | undefined,
    event: Omit<MessageEvent, 'id' | 'type'> & { type: string },
    trace?: Trace,
  ): void {
    const id = this.follower.position;
    output?.next({ ...event, id });
    frameWritten.emit({ type: event.type, userId: this.userId, id, trace });
  }

  private async readAndPass(after: number | undefined): Promise<void> {
    const snapshot = await this.readTable(after);
    if (!snapshot) return;
    if (this.output) this.follower.onSnapshot(snapshot);
    else this.first = snapshot;
  }

  /** Reads until the database answers: a stream outlives a database that is unavailable. */
  private async readTable(after: number | undefined): Promise<InboxSnapshot | undefined> {
    const { history, settings } = this.services;
    const backOff = new BackOff(FIRST_RETRY_MS, LONGEST_RETRY_MS);
    while (!this.isClosed) {
      try {
        return await history.since(this.userId, after, settings.sseReplayLimit);
      } catch (error) {
        logger.debug(`A stream waits for the database: ${String(error)}`);
        await sleep(backOff.next());
      }
    }
    return undefined;
  }
}

/**
 * Destroys the response of a stream that was ended when its reader does not take the rest: nothing
 * more is written, so the bound of the backlog would never be reached and the connection stay open.
 */
function destroyLater(response: Response): void {
  const timer = setTimeout(() => response.destroy(), LINGER_MS).unref();
  response.once('close', () => clearTimeout(timer));
}
