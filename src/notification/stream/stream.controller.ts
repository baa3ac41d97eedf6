import { Controller, Headers, type MessageEvent, Query, Req, Sse, SseSignal } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { EMPTY, Observable, of, type Subscriber } from 'rxjs';
import { TokenRevocation } from '../../auth/token-revocation.js';
import { Settings } from '../../config/settings.js';
import { StreamAccess } from '../../http/access.decorator.js';
import { type CurrentUser, type RequestWithUser, User } from '../../http/current-user.decorator.js';
import { recordStream, recordStreamEnd } from '../../http/observed-stream.js';
import { frameWritten } from '../../telemetry/signals.js';
import { HeartbeatClock } from './heartbeat.clock.js';
import { type Follower, FollowerFactory, reconnectMs } from './follower.js';
import { ApiNotificationStream } from './stream.docs.js';
import {
  type EndReason,
  ConnectionRegistry,
  type StreamConnection,
} from './connection-registry.js';

/** Characters that one event may weigh. */
const EVENT_LENGTH = 1_024;
/** Events beyond a full replay that may wait for a reader before it is cut. */
const SPARE_EVENTS = 250;

/** Milliseconds that a stream waits for its first answer before it sends its headers without one. */
const TIMEOUT_MS = 500;

/** Milliseconds that a reader has for the rest once its stream was ended from our side. */
const LINGER_MS = 4_000;

/**
 * Frames: every one carries an id, the cursor. Without one Nest would number it, and a browser would
 * send that number back as its cursor.
 */
@ApiTags('notification')
@Controller('api/notification')
export class StreamController {
  constructor(
    private readonly feed: FollowerFactory,
    private readonly connections: ConnectionRegistry,
    private readonly clock: HeartbeatClock,
    private readonly sessions: TokenRevocation,
    { sseReplayLimit }: Settings,
  ) {
    // Decorated here and not below: how much may wait for a slow reader follows from a setting. It
    // must exceed a full replay, which is written at once.
    const maxPendingDataLength = (sseReplayLimit + SPARE_EVENTS) * EVENT_LENGTH;
    const prototype = StreamController.prototype;
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
    @Headers('Last-Event-ID') header?: string,
    @Query('last_event_id') query?: unknown,
  ): Promise<Observable<MessageEvent>> {
    // It left while the guard was at work: its abort has been, and would not be heard any more.
    if (signal.aborted) return EMPTY;
    // A browser that reconnects sends the header beside the query of its first request.
    const lastEventId = header || asText(query);
    const connection = this.connections.take(
      user.id,
      user.token.expiresAt,
      lastEventId !== undefined,
    );
    if (!connection) return of(comeBack(lastEventId ?? ''));
    recordStream(request);
    const follower = this.feed.follow(user.id, lastEventId);
    // However the stream ends, also when it never began because the client has left.
    signal.addEventListener('abort', () => {
      follower.close();
      this.connections.leave(connection);
      recordStreamEnd(request);
    });
    await follower.ready(TIMEOUT_MS);
    return new Observable((out) => this.show(request, connection, follower, out));
  }

  /**
   * A handful of callbacks and no operators: tens of thousands of streams hold what is made here.
   * @returns ends it
   */
  private show(
    request: RequestWithUser,
    connection: StreamConnection,
    follower: Follower,
    out: Subscriber<MessageEvent>,
  ): () => void {
    const user = request.user!;
    const end = (reason: EndReason): void => {
      recordStreamEnd(request, reason);
      for (const event of farewell(reason, user.id, follower)) out.next(event);
      out.complete();
    };
    follower.show(out);
    const stopBeats = this.clock.each(() => {
      // "connected" comes first, also when it has to wait for the database.
      if (follower.isConnected) out.next(frame('heartbeat', user.id, follower));
    });
    const stopWatch = this.sessions.watch(user, () => end('revoked'));
    connection.onEnd(end);
    return () => {
      stopBeats();
      stopWatch();
      follower.close();
      if (!request.res!.destroyed) hangUpLater(request.res!);
    };
  }
}

/**
 * Ends a stream whose reader does not take what is left of it: nothing more is written to it, so that
 * no bound would ever be reached, and a connection that was given to another would be held in truth.
 */
function hangUpLater(response: Response): void {
  const timer = setTimeout(() => response.destroy(), LINGER_MS).unref();
  response.once('close', () => clearTimeout(timer));
}

/** A cursor given twice is none that was ever given out, like any other text. */
function asText(query: unknown): string | undefined {
  return typeof query === 'object' ? JSON.stringify(query) : (query as string) || undefined;
}

/** What a stream is told when we end it. A session that was revoked just ends. */
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
