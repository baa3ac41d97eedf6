import { Controller, Headers, type MessageEvent, Query, Sse } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  concatMap,
  defer,
  endWith,
  filter,
  finalize,
  map,
  merge,
  type Observable,
  of,
  take,
  takeWhile,
} from 'rxjs';
import { Sessions } from '../auth/sessions.js';
import { Settings } from '../config/settings.js';
import { StreamAccess } from '../http/access.decorator.js';
import { type CurrentUser, User } from '../http/current-user.decorator.js';
import { HeartbeatClock } from './heartbeat.clock.js';
import { type Follower, NotificationFeed, reconnectMs } from './notification.feed.js';
import { ApiNotificationStream } from './notification-stream.docs.js';
import { type EndReason, NotificationStreamSeats } from './notification-stream.seats.js';

/** Characters that one event may weigh. */
const EVENT_LENGTH = 1_024;
/** Events beyond a full replay that may wait for a reader before it is cut. */
const SPARE_EVENTS = 250;

/** Marks the end of a stream. */
const END = Symbol('end');

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
  stream(
    @User() user: CurrentUser,
    @Headers('last-event-id') header?: string,
    @Query('last_event_id') query?: unknown,
  ): Observable<MessageEvent> {
    // A browser that reconnects sends the header beside the query of its first request.
    const lastEventId = header || (query ? String(query) : undefined);
    // A seat is taken when Nest subscribes, which it does not do for a client that left meanwhile.
    return defer(() => {
      const seat = this.seats.take(user.id, user.token.expiresAt, lastEventId !== undefined);
      if (!seat) return of(comeBack(lastEventId ?? ''));
      const follower = this.feed.follow(user.id, lastEventId);
      const ends = merge(
        seat.ended,
        this.sessions.ended(user).pipe(map((): EndReason => 'voided')),
      ).pipe(
        take(1),
        concatMap((reason) => [...farewell(reason, follower), END]),
      );
      return merge(follower.events.pipe(endWith(END)), this.heartbeats(follower), ends).pipe(
        takeWhile((event): event is MessageEvent => event !== END),
        finalize(() => this.seats.leave(seat)),
      );
    });
  }

  private heartbeats(follower: Follower): Observable<MessageEvent> {
    return this.clock.beats().pipe(
      // "connected" comes first, also when it has to wait for the database.
      filter(() => follower.isConnected),
      map(() => ({ type: 'heartbeat', id: follower.position, data: '{}' })),
    );
  }
}

/** What a stream is told when we end it. A session that was voided just ends. */
function farewell(reason: EndReason, { position }: Follower): MessageEvent[] {
  if (reason === 'expired') return [{ type: 'expired', id: position, data: '{}' }];
  return reason === 'draining' ? [comeBack(position)] : [];
}

/** A frame without data raises no event: it sets the cursor and the pause before the next try. */
function comeBack(position: string): MessageEvent {
  return { id: position, retry: reconnectMs() } as MessageEvent;
}
