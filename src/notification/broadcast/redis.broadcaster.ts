import { Subject } from 'rxjs';
import type { Settings } from '../../config/settings.js';
import type { RedisConnection } from '../../redis/redis.connection.js';
import type { RedisClient } from '../../redis/redis.link.js';
import { within } from '../../redis/within.js';
import type { InboxChange } from './inbox-change.js';
import type { StreamHub } from './stream.hub.js';
import { Broadcaster, type Traffic } from './broadcaster.js';
import { ChangeSigner } from './change-signer.js';

/** Milliseconds that a new stream waits for its subscription. */
const TIMEOUT_MS = 250;
/** Messages on their way to Redis; past it they are dropped, and found by the sweeps elsewhere. */
const MAX_UNSENT = 5_000;
/** Channels in one command: Redis does nothing else meanwhile. */
const SUBSCRIBED_AT_ONCE = 1_000;

/**
 * Tells other instances through Redis, over a channel a user: an instance gets messages of users who
 * have streams here, however many instances there are. Streams here do not depend on Redis. They are
 * woken directly; the message that comes back then has a `rev` they have had.
 */
export class RedisBroadcaster extends Broadcaster {
  readonly missed = new Subject<void>();
  readonly traffic: Traffic = { sent: 0, dropped: 0, heard: 0, unsent: 0 };
  private readonly prefix: string;
  private readonly seal: ChangeSigner;
  /** Subscribing and unsubscribing that is under way. */
  private readonly steps = new Map<number, Promise<void>>();
  private resubscribing: Promise<void> | undefined;

  constructor(
    private readonly hub: StreamHub,
    private readonly redis: RedisConnection,
    { redisPrefix, jwtSecret }: Settings,
  ) {
    super();
    this.prefix = `${redisPrefix}inbox:`;
    this.seal = new ChangeSigner(jwtSecret!);
    hub.joined.subscribe((userId) => this.follow(userId));
    hub.left.subscribe((userId) => this.follow(userId));
    redis.subscriptions.connections.subscribe((client) => void this.joinAll(client));
  }

  publish(change: InboxChange): void {
    this.hub.publish(change);
    const { traffic } = this;
    if (!this.redis.commands.isReady || traffic.unsent >= MAX_UNSENT) traffic.dropped += 1;
    else void this.send(change);
  }

  /** Whether the subscriptions are those of the users who have streams here. */
  get isSettled(): boolean {
    return this.steps.size === 0 && this.resubscribing === undefined;
  }

  async hears(userId: number): Promise<void> {
    const step = this.steps.get(userId) ?? this.resubscribing;
    if (step) await within(TIMEOUT_MS, step);
  }

  /** Those of one tick leave in one packet. */
  private async send(change: InboxChange): Promise<void> {
    const { traffic } = this;
    traffic.unsent += 1;
    try {
      await this.redis.commands.publish(this.channel(change.userId), this.seal.close(change));
      traffic.sent += 1;
    } catch {
      traffic.dropped += 1;
    }
    traffic.unsent -= 1;
  }

  private channel(userId: number): string {
    return this.prefix + userId;
  }

  private readonly hear = (message: string, channel: string): void => {
    this.traffic.heard += 1;
    const change = this.seal.open(message);
    if (change && this.channel(change.userId) === channel) this.hub.publish(change);
  };

  /**
   * Subscribes or unsubscribes, as it is right by then. A step at a time for a user: the client loses
   * count of one who leaves and comes back while a step is under way.
   */
  private follow(userId: number): void {
    const { client } = this.redis.subscriptions;
    if (!client.isReady) return;
    const before = this.steps.get(userId) ?? Promise.resolve();
    const step = before
      .then(() =>
        this.hub.has(userId)
          ? this.subscribe(client, [userId])
          : client.unsubscribe(this.channel(userId), this.hear),
      )
      // The connection is lost, and the next one makes up for it.
      .catch(() => undefined)
      .finally(() => {
        if (this.steps.get(userId) === step) this.steps.delete(userId);
      });
    this.steps.set(userId, step);
  }

  /** A new connection has no subscriptions, and nobody knows what was said before it was made. */
  private async joinAll(client: RedisClient): Promise<void> {
    const { userIds } = this.hub;
    const parts: Promise<void>[] = [];
    for (let from = 0; from < userIds.length; from += SUBSCRIBED_AT_ONCE) {
      parts.push(this.subscribe(client, userIds.slice(from, from + SUBSCRIBED_AT_ONCE)));
    }
    const resubscribing = Promise.allSettled(parts).then(() => undefined);
    this.resubscribing = resubscribing;
    await resubscribing;
    if (this.resubscribing !== resubscribing) return;
    this.resubscribing = undefined;
    this.missed.next();
  }

  private subscribe(client: RedisClient, userIds: number[]): Promise<void> {
    const channels = userIds.map((userId) => this.channel(userId));
    return client.subscribe(channels, this.hear);
  }
}
