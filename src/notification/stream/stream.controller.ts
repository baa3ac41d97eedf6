import {
  Controller,
  Headers,
  type MessageEvent,
  Post,
  Query,
  Req,
  Sse,
  SseSignal,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EMPTY, merge, type Observable, of } from 'rxjs';
import { within } from '../../async/within.js';
import { Tokens } from '../../auth/tokens.js';
import { Settings } from '../../config/settings.js';
import { StreamAccess } from '../../http/access.decorator.js';
import { type CurrentUser, type RequestWithUser, User } from '../../http/current-user.decorator.js';
import { NoBody } from '../../http/no-body.decorator.js';
import { recordStream } from '../../http/observed-stream.js';
import { StreamTokenDto } from './dto/stream-token.dto.js';
import { reconnectFrame } from './reconnect.js';
import { ApiNotificationStream } from './stream.docs.js';
import { StreamService } from './stream.service.js';

/** Characters that one event may have. */
const EVENT_LENGTH = 1_024;
/** Events beyond a full replay that may wait for a reader before its connection is cut. */
const SPARE_EVENTS = 250;

/** Milliseconds that a stream waits for the database before it sends its headers: docs/adr/0005. */
const OPEN_TIMEOUT_MS = 500;

@ApiTags('notification')
@Controller('api/notification')
export class StreamController {
  constructor(
    private readonly streams: StreamService,
    private readonly tokens: Tokens,
    { sseReplayLimit }: Settings,
  ) {
    // Decorated here, for the bound of the backlog depends on a setting: it must exceed a full replay,
    // which is written at once.
    const maxPendingDataLength = (sseReplayLimit + SPARE_EVENTS) * EVENT_LENGTH;
    const prototype = StreamController.prototype;
    const handler = Object.getOwnPropertyDescriptor(prototype, 'stream')!;
    Sse('stream', { maxPendingDataLength })(prototype, 'stream', handler);
  }

  /** A token for the address of a stream, which opens streams alone. */
  @Post('stream-token')
  @NoBody()
  streamToken(@User() user: CurrentUser): StreamTokenDto {
    const { token, expiresInSeconds } = this.tokens.signStream(user);
    return { stream_token: token, expires_in: expiresInSeconds };
  }

  @Sse('stream')
  @StreamAccess()
  @ApiNotificationStream()
  async stream(
    @SseSignal() signal: AbortSignal,
    @Req() request: RequestWithUser,
    @Headers('Last-Event-ID') header?: string,
    @Query('last_event_id') query?: unknown,
  ): Promise<Observable<MessageEvent>> {
    // The client left while the guard worked: the signal has fired, and does not fire again.
    if (signal.aborted) return EMPTY;
    // A browser that reconnects sends the header beside the query of its first request.
    const lastEventId = header || asText(query);
    const stream = this.streams.admit(request, lastEventId);
    if (!stream) return of(reconnectFrame(lastEventId ?? ''));
    recordStream(request);
    // However the stream ends, also when the client leaves before it has begun.
    signal.addEventListener('abort', () => stream.close());
    await within(OPEN_TIMEOUT_MS, stream.open());
    return merge(stream.frames, stream.heartbeats);
  }
}

/** A cursor that is given twice is not a cursor, like any other text. */
function asText(query: unknown): string | undefined {
  return typeof query === 'object' ? JSON.stringify(query) : (query as string) || undefined;
}
