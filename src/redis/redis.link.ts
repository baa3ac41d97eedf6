import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { Subject } from 'rxjs';
import { within } from '../async/within.js';

/** Milliseconds that a connection may take to be made, before greetings. */
const CONNECT_TIMEOUT_MS = 2_000;
/** Milliseconds without a byte in either direction after which a connection is given up. */
const IDLE_TIMEOUT_MS = 4_000;
const PING_INTERVAL_MS = 1_000;
/** Milliseconds that a PING may take; past it the connection is dead, however open it looks. */
const PING_TIMEOUT_MS = 2_000;
/** Milliseconds that a command may take before its caller does without. */
const COMMAND_TIMEOUT_MS = 250;
/** Commands that may wait for Redis; past it they are refused. */
const MAX_WAITING = 20_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_000;
/** Milliseconds that the last commands may take at a shutdown. */
const CLOSE_TIMEOUT_MS = 500;

export type RedisClient = ReturnType<typeof createRedisClient>;

/**
 * A connection that is made again for ever, by a new client each time. The client's own reconnecting
 * would do, but for three things: it restores subscriptions that were given up while it was away, it
 * comes back without a pause to a server that cuts it off at once, and it takes a connection for
 * good that is open at this end alone, as long as something is written to it.
 */
export class RedisLink {
  /** Each connection that was made. */
  readonly connections = new Subject<RedisClient>();
  /** Why there is none, with every try. */
  readonly failures = new Subject<unknown>();
  private current: RedisClient;
  private isConnected = false;
  private isSilent = false;
  private isClosed = false;

  /** @param url `redis://…` or `rediss://…` */
  constructor(private readonly url: string) {
    this.current = createRedisClient(url);
  }

  /** Begins to connect; nobody need wait for it. */
  open(): void {
    void this.stayConnected();
  }

  /** The latest one; its commands reject at once while Redis is away. */
  get client(): RedisClient {
    return this.current;
  }

  /** Whether there is a connection, and Redis answers. */
  get isReady(): boolean {
    return this.isConnected && !this.isSilent;
  }

  /**
   * Runs a command whose caller cannot wait: rejects at once while Redis is away, and after a moment
   * when it does not answer. It then counts as away until it does.
   */
  async ask<Reply>(command: (client: RedisClient) => Promise<Reply>): Promise<Reply> {
    if (!this.isReady) throw new Error('Redis is away');
    const reply = await within(COMMAND_TIMEOUT_MS, command(this.current));
    if (reply) return reply.value;
    this.isSilent = true;
    throw new Error('Redis does not answer');
  }

  /** Lets the last commands out, for a moment. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.isConnected) {
      await within(CLOSE_TIMEOUT_MS, this.current.close()).catch(() => undefined);
    }
    this.current.destroy();
  }

  private async stayConnected(): Promise<void> {
    for (
      let pause = FIRST_PAUSE_MS;
      !this.isClosed;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    ) {
      const { reason, wasConnected } = await this.connectOnce();
      this.current.destroy();
      if (this.isClosed) return;
      this.failures.next(reason);
      if (wasConnected) pause = FIRST_PAUSE_MS;
      await sleep(pause * (0.5 + Math.random() / 2), undefined, { ref: false });
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
    // It would be a timer a command, and only for the way to the socket.
    commandOptions: { timeout: undefined },
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: IDLE_TIMEOUT_MS,
      reconnectStrategy: false,
    },
  });
}
