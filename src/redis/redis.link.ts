import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { Subject } from 'rxjs';
import { BackOff } from '../async/back-off.js';
import { within } from '../async/within.js';

/** Milliseconds that a connection may take to be made, before greetings. */
const CONNECT_TIMEOUT_MS = 2_000;
/** Milliseconds without a byte in either direction after which a connection is closed. */
const IDLE_TIMEOUT_MS = 4_000;
const PING_INTERVAL_MS = 1_000;
/** Milliseconds that a PING may take; past it the connection is closed. */
const PING_TIMEOUT_MS = 2_000;
/** Milliseconds after which a caller goes on without the reply to a command. */
const COMMAND_TIMEOUT_MS = 250;
/** Commands that may wait for Redis; past it they are refused. */
const MAX_WAITING = 20_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_000;
/** Milliseconds that the last commands may take at a shutdown. */
const CLOSE_TIMEOUT_MS = 500;

export type RedisClient = ReturnType<typeof createRedisClient>;

/**
 * A connection to Redis that reconnects for ever, with a new client each time. The client can reconnect
 * by itself, but it restores subscriptions that were ended while it was disconnected, it reconnects
 * without a pause to a server that closes each connection at once, and it does not notice a connection
 * that is open at this end alone as long as it writes to it.
 */
export class RedisLink {
  /** Emits each new connection. */
  readonly connections = new Subject<RedisClient>();
  /** Emits the reason of each attempt that failed, and of each connection that was lost. */
  readonly failures = new Subject<unknown>();
  private current: RedisClient;
  private isConnected = false;
  private isSilent = false;
  private isClosed = false;

  /** @param url `redis://…` or `rediss://…` */
  constructor(private readonly url: string) {
    this.current = createRedisClient(url);
  }

  /** Begins to connect, in the background. */
  open(): void {
    void this.stayConnected();
  }

  /** The current client. Its commands reject at once while Redis is unavailable. */
  get client(): RedisClient {
    return this.current;
  }

  /** Whether there is a connection, and Redis answers. */
  get isReady(): boolean {
    return this.isConnected && !this.isSilent;
  }

  /**
   * Runs a command whose caller cannot wait.
   * @throws at once while Redis is unavailable; after 250 ms without a reply. Redis then counts as
   * unavailable until it replies again
   */
  async ask<Reply>(command: (client: RedisClient) => Promise<Reply>): Promise<Reply> {
    if (!this.isReady) throw new Error('Redis is unavailable');
    const reply = await within(COMMAND_TIMEOUT_MS, command(this.current));
    if (reply) return reply.value;
    this.isSilent = true;
    throw new Error('Redis does not answer');
  }

  /** Waits up to 500 ms for the last commands. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.isConnected) {
      await within(CLOSE_TIMEOUT_MS, this.current.close()).catch(() => undefined);
    }
    this.current.destroy();
  }

  private async stayConnected(): Promise<void> {
    const backOff = new BackOff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    for (;;) {
      const { reason, wasConnected } = await this.connectOnce();
      this.current.destroy();
      if (this.isClosed) return;
      this.failures.next(reason);
      if (wasConnected) backOff.reset();
      await sleep(backOff.next(), undefined, { ref: false });
      if (this.isClosed) return;
      this.current = createRedisClient(this.url);
    }
  }

  /** Resolves when the connection is lost, or could not be made. */
  private async connectOnce(): Promise<{ reason: unknown; wasConnected: boolean }> {
    const client = this.current;
    const lost = new Promise<unknown>((resolve) => {
      client.on('error', resolve);
      client.on('end', () => resolve(new Error('it did not answer')));
    });
    try {
      await client.connect();
    } catch (reason) {
      return { reason, wasConnected: false };
    }
    if (this.isClosed) client.destroy();
    else this.begin(client);
    const reason = await lost;
    this.isConnected = false;
    return { reason, wasConnected: true };
  }

  private begin(client: RedisClient): void {
    this.isConnected = true;
    this.isSilent = false;
    void this.watch(client);
    this.connections.next(client);
  }

  private async watch(client: RedisClient): Promise<void> {
    while (client.isReady) {
      await sleep(PING_INTERVAL_MS, undefined, { ref: false });
      const pong = await within(PING_TIMEOUT_MS, client.ping()).catch(() => undefined);
      if (!pong) client.destroy();
      else if (client === this.current) this.isSilent = false;
    }
  }
}

function createRedisClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_WAITING,
    maintNotifications: 'disabled',
    // A timer per command, and it would cover only the time until the command is written.
    commandOptions: { timeout: undefined },
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: IDLE_TIMEOUT_MS,
      reconnectStrategy: false,
    },
  });
}
