import { setTimeout } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { interval, type Subscription } from 'rxjs';
import { Settings } from '../../config/settings.js';
import { TooManyRequestsException } from '../../http/too-many-requests.exception.js';
import { Shutdown } from '../../shutdown/shutdown.js';
import type { StreamEnd } from '../../telemetry/request-record.js';

/** Why the server ends a stream. */
export type EndReason = Extract<
  StreamEnd,
  'expired' | 'revoked' | 'displaced' | 'draining' | 'behind'
>;

/** Seconds after which a client that was refused may try again. */
const RETRY_AFTER_SECONDS = 10;
const EXPIRY_INTERVAL_MS = 250;

/** The connection of an open stream. */
export interface StreamConnection {
  readonly userId: number;
  /** Unix seconds. */
  readonly expiresAt: number;
  /** Ends the stream. The first reason counts. */
  end(reason: EndReason): void;
}

/** The stream connections of this instance: admits them within the caps, and ends them when it is time. */
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
    this.expiry = interval(EXPIRY_INTERVAL_MS).subscribe(() => this.endExpired());
  }

  onModuleDestroy(): void {
    this.expiry.unsubscribe();
  }

  /** Open connections. */
  get size(): number {
    return this.all.size;
  }

  /** Users who have connections here. */
  get userCount(): number {
    return this.users.size;
  }

  /**
   * @param isResume a stream that continues displaces the oldest of its user when a cap is reached:
   * when it is refused, a browser never tries again
   * @returns false: not admitted, the client has to reconnect later. This instance shuts down, or is full
   * of streams of other users
   * @throws {TooManyRequestsException} a cap is reached
   */
  acquire(connection: StreamConnection, isResume: boolean): boolean {
    if (this.shutdown.isDraining) return false;
    const own = this.users.get(connection.userId) ?? new Set<StreamConnection>();
    const isFull =
      own.size >= this.settings.sseMaxStreamsPerUser ||
      this.all.size >= this.settings.sseMaxStreams;
    if (isFull) {
      if (!isResume) {
        throw new TooManyRequestsException('Too many open streams', RETRY_AFTER_SECONDS);
      }
      const [oldest] = own;
      if (!oldest) return false;
      oldest.end('displaced');
      this.release(oldest);
    }
    this.users.set(connection.userId, own.add(connection));
    this.all.add(connection);
    return true;
  }

  /** May be repeated. */
  release(connection: StreamConnection): void {
    this.all.delete(connection);
    const own = this.users.get(connection.userId);
    own?.delete(connection);
    if (own?.size === 0) this.users.delete(connection.userId);
  }

  /** Ends every stream at a random moment within the time: their clients reconnect spread out. */
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
