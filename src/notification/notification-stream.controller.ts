import { Controller, Headers, type MessageEvent, Query, Req, Sse, SseSignal } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import {
  concatMap,
  EMPTY,
  endWith,
  filter,
  map,
  merge,
  type Observable,
  of,
  take,
  takeWhile,
  tap,
} from 'rxjs';
import { Sessions } from '../auth/sessions.js';
import { Settings } from '../config/settings.js';
import { StreamAccess } from '../http/access.decorator.js';
import { type CurrentUser, type RequestWithUser, User } from '../http/current-user.decorator.js';
import { noteStream, noteStreamEnd } from '../http/observed-stream.js';
import { frameWritten } from '../telemetry/signals.js';
import { HeartbeatClock } from './heartbeat.clock.js';
import { type Follower, NotificationFeed, reconnectMs } from './notification.feed.js';
import { ApiNotificationStream } from './notification-stream.docs.js';
import { type EndReason, NotificationStreamSeats, type Seat } from './notification-stream.seats.js';

/** Characters that one event may weigh. */
const EVENT_LENGTH = 1_024;
/** Events beyond a full replay that may wait for a reader before it is cut. */
const SPARE_EVENTS = 250;

/** Milliseconds that a stream waits for its first answer before it sends its headers without one. */
const PATIENCE_MS = 500;

/** Milliseconds that a reader has for the rest once its stream was ended from our side. */
const LINGER_MS = 4_000;

/** Marks the end of a stream. */
const END = 'end';

type Frame = MessageEvent | typeof END;

/**
 * Frames: every one carries an id, the cursor. Without one Nest would number it, and a browser would
 * send that number back as its cursor.
 */
@ApiTags('notification')
@Controller('api/notification')
export class NotificationStreamController {
  constructor(
    private readonly feed: NotificationFeed,
    private readonly seats: NotificationStreamSeats,
    private readonly clock: HeartbeatClock,
    private readonly sessions: Sessions,
    { sseReplayLimit }: Settings,
  ) {
    // Decorated here and not below: how much may wait for a slow reader follows from a setting. It
    // must exceed a full replay, which is written at once.
    const maxPendingDataLength = (sseReplayLimit + SPARE_EVENTS) * EVENT_LENGTH;
    const prototype = NotificationStreamController.prototype;
    const handler = Object.getOwnPropertyDescriptor(prototype, 'stream')!;
    Sse('stream', { maxPendingDataLength })(prototype, 'stream', handler);
  }

  @Sse('stream')
  @StreamAccess()
  @ApiNotificationStream()
  async stream(
    @User() user: CurrentUser,
    @SseSignal() signal: AbortSignal,
    @Req() request: RequestWithUser,
    @Headers('last-event-id') header?: string,
    @Query('last_event_id') query?: unknown,
  ): Promise<Observable<MessageEvent>> {
    // It left while the guard was at work: its abort has been, and would not be heard any more.
    if (signal.aborted) return EMPTY;
    // A browser that reconnects sends the header beside the query of its first request.
    const lastEventId = header || asText(query);
    const seat = this.seats.take(user.id, user.token.expiresAt, lastEventId !== undefined);
    if (!seat) return of(comeBack(lastEventId ?? ''));
    noteStream(request);
    const follower = this.feed.follow(user.id, lastEventId);
    // However the stream ends, also when it never began because the client has left.
    signal.addEventListener('abort', () => {
      follower.close();
      this.seats.leave(seat);
      noteStreamEnd(request);
    });
    await follower.ready(PATIENCE_MS);
    return merge(
      follower.events.pipe(endWith(END)),
      this.heartbeats(user, follower),
      this.ends(request, seat, follower),
    ).pipe(
      takeWhile((event): event is MessageEvent => event !== END),
      tap({
        complete: () => {
          follower.close();
          hangUpLater(request.res!);
        },
      }),
    );
  }

  private ends(request: RequestWithUser, seat: Seat, follower: Follower): Observable<Frame> {
    const user = request.user!;
    const voided = this.sessions.ended(user).pipe(map((): EndReason => 'voided'));
    return merge(seat.ended, voided).pipe(
      take(1),
      concatMap((reason): Frame[] => {
        noteStreamEnd(request, reason);
        return [...farewell(reason, user.id, follower), END];
      }),
    );
  }

  private heartbeats({ id: userId }: CurrentUser, follower: Follower): Observable<MessageEvent> {
    return this.clock.beats().pipe(
      // "connected" comes first, also when it has to wait for the database.
      filter(() => follower.isConnected),
      map(() => frame('heartbeat', userId, follower)),
    );
  }
}

/**
 * Ends a stream whose reader does not take what is left of it: nothing more is written to it, so that
 * no bound would ever be reached, and a seat that was given to another would be held in truth.
 */
function hangUpLater(response: Response): void {
  const timer = setTimeout(() => response.destroy(), LINGER_MS).unref();
  response.once('close', () => clearTimeout(timer));
}

/** A cursor given twice is none that was ever given out, like any other text. */
function asText(query: unknown): string | undefined {
  return typeof query === 'object' ? JSON.stringify(query) : (query as string) || undefined;
}

/** What a stream is told when we end it. A session that was voided just ends. */
function farewell(reason: EndReason, userId: number, follower: Follower): MessageEvent[] {
  if (reason === 'expired') return [frame('expired', userId, follower)];
  return reason === 'draining' ? [comeBack(follower.position)] : [];
}

/** One that says nothing of the box. */
function frame(
  type: 'heartbeat' | 'expired',
  userId: number,
  { position: id }: Follower,
): MessageEvent {
  frameWritten.emit({ type, userId, id });
  return { type, id, data: '{}' };
}

/** A frame without data raises no event: it sets the cursor and the pause before the next try. */
function comeBack(position: string): MessageEvent {
  return { id: position, retry: reconnectMs() };
}
