import { Injectable } from '@nestjs/common';
import { TokenRevocation } from '../../auth/token-revocation.js';
import { Settings } from '../../config/settings.js';
import type { RequestWithUser } from '../../http/current-user.decorator.js';
import { Broadcaster } from '../broadcast/broadcaster.js';
import { StreamHub } from '../broadcast/stream.hub.js';
import { InboxHistory } from '../inbox/inbox.history.js';
import { ConnectionRegistry } from './connection-registry.js';
import { HeartbeatClock } from './heartbeat.clock.js';
import { OpenStream, type StreamServices } from './open-stream.js';

/** Opens streams. */
@Injectable()
export class StreamService implements StreamServices {
  constructor(
    readonly broadcaster: Broadcaster,
    readonly clock: HeartbeatClock,
    readonly history: InboxHistory,
    readonly hub: StreamHub,
    readonly registry: ConnectionRegistry,
    readonly revocation: TokenRevocation,
    readonly settings: Settings,
  ) {}

  /**
   * @param lastEventId the cursor that the client sent, as it sent it
   * @returns a stream still to be opened; undefined: the client has to reconnect later
   * @throws {TooManyRequestsException} a cap is reached
   */
  admit(request: RequestWithUser, lastEventId: string | undefined): OpenStream | undefined {
    const stream = new OpenStream(this, request, lastEventId);
    const isResume = lastEventId !== undefined;
    return this.registry.acquire(stream, isResume) ? stream : undefined;
  }
}
