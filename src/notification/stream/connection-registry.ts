import { setTimeout } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { interval, type Subscription } from 'rxjs';
import { Settings } from '../../config/settings.js';
import { TooManyRequestsException } from '../../http/too-many-requests.exception.js';
import { Shutdown } from '../../shutdown/shutdown.js';
import type { StreamEnd } from '../../telemetry/request-record.js';

/** Why a stream ends from our side. */
export type EndReason = Extract<StreamEnd, 'expired' | 'revoked' | 'displaced' | 'draining'>;

/** Seconds after which another stream may be tried at a cap. */
const RETRY_AFTER_SECONDS = 10;
/** Milliseconds between two looks at who has expired. */
const EXPIRY_TICK_MS = 250;

/** An open stream's place among those of this instance. */
export class StreamConnection {
  private reason: EndReason | undefined;
  private tell: ((reason: EndReason) => void) | undefined;

  constructor(
    readonly userId: number,
    /** Unix seconds. */
    readonly expiresAt: number,
  ) {}

  /** The first reason counts. */
  end(reason: EndReason): void {
    if (this.reason) return;
    this.reason = reason;
    this.tell?.(reason);
  }

  /** Called at the end, or at once after it: a stream listens only when its first answer is there. */
  onEnd(tell: (reason: EndReason) => void): void {
    this.tell = tell;
    if (this.reason) tell(this.reason);
  }
}

/** Admits streams, within the caps of this instance, and ends them when their time has come. */
@Injectable()
export class ConnectionRegistry implements OnModuleDestroy {
  private readonly users = new Map<number, Set<StreamConnection>>();
  private readonly all = new Set<StreamConnection>();
  private readonly expiry: Subscription;

  constructor(
    private readonly settings: Settings,
    private readonly shutdown: Shutdown,
  ) {
    shutdown.onDrain((seconds) => this.drain(seconds));
    this.expiry = interval(EXPIRY_TICK_MS).subscribe(() => this.endExpired());
  }

  onModuleDestroy(): void {
    this.expiry.unsubscribe();
  }

  get size(): number {
    return this.all.size;
  }

  /** Users who have streams here. */
  get userCount(): number {
    return this.users.size;
  }

  /**
   * @param isResume a stream that comes back takes the place of the user's oldest: refusing it would
   * make a browser give up for good
   * @returns undefined: come back later; this instance shuts down, or is full of others' streams
   * @throws {TooManyRequestsException} a cap is reached
   */
  take(userId: number, expiresAt: number, isResume: boolean): StreamConnection | undefined {
    if (this.shutdown.isDraining) return undefined;
    const own = this.users.get(userId) ?? new Set<StreamConnection>();
    const isFull =
      own.size >= this.settings.sseMaxStreamsPerUser ||
      this.all.size >= this.settings.sseMaxStreams;
    if (isFull) {
      if (!isResume)
        throw new TooManyRequestsException('Too many open streams', RETRY_AFTER_SECONDS);
      const [oldest] = own;
      if (!oldest) return undefined;
      oldest.end('displaced');
      this.leave(oldest);
    }
    const connection = new StreamConnection(userId, expiresAt);
    this.users.set(userId, own.add(connection));
    this.all.add(connection);
    return connection;
  }

  /** May be repeated. */
  leave(connection: StreamConnection): void {
    this.all.delete(connection);
    const own = this.users.get(connection.userId);
    own?.delete(connection);
    if (own?.size === 0) this.users.delete(connection.userId);
  }

  /** Ends every stream at a moment of its own, so that they do not all come back at once. */
  private async drain(seconds: number): Promise<void> {
    await Promise.all(
      [...this.all].map(async (connection) => {
        await setTimeout(Math.random() * seconds * 1_000);
        connection.end('draining');
      }),
    );
  }

  private endExpired(): void {
    const now = Date.now() / 1_000;
    for (const connection of this.all) {
      if (connection.expiresAt <= now) connection.end('expired');
    }
  }
}
