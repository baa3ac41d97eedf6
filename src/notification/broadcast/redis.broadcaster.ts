import { Subject } from 'rxjs';
import { within } from '../../async/within.js';
import type { Settings } from '../../config/settings.js';
import type { RedisConnection } from '../../redis/redis.connection.js';
import type { RedisClient } from '../../redis/redis.link.js';
import { Broadcaster, type Traffic } from './broadcaster.js';
import { ChangeSigner } from './change-signer.js';
import type { InboxChange } from './inbox-change.js';
import type { StreamHub } from './stream.hub.js';

/** Milliseconds that a new stream waits for its subscription. */
const SUBSCRIBE_TIMEOUT_MS = 250;
/** Messages being sent; past it they are dropped, and the sweeps of other instances find the changes. */
const MAX_UNSENT = 5_000;
/** Channels in one command: Redis serves nobody else meanwhile. */
const SUBSCRIBED_AT_ONCE = 1_000;

/**
 * Wakes streams on other instances through Redis, over one channel per user: an instance receives the
 * messages of users who have streams there. Streams here do not depend on Redis: they are woken
 * directly, and the message that comes back has a `rev` that they know already.
 */
export class RedisBroadcaster extends Broadcaster {
  readonly missed = new Subject<void>();
  readonly traffic: Traffic = { sent: 0, dropped: 0, received: 0, unsent: 0 };
  private readonly prefix: string;
  private readonly signer: ChangeSigner;
  /** Subscribing and unsubscribing under way, by user. */
  private readonly steps = new Map<number, Promise<void>>();
  private resubscribing: Promise<void> | undefined;

  constructor(
    private readonly hub: StreamHub,
    private readonly redis: RedisConnection,
    { redisPrefix, jwtSecret }: Settings,
  ) {
    super();
    this.prefix = `${redisPrefix}inbox:`;
    this.signer = new ChangeSigner(jwtSecret!);
    hub.joined.subscribe((userId) => this.update(userId));
    hub.left.subscribe((userId) => this.update(userId));
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

  async subscribed(userId: number): Promise<void> {
    const step = this.steps.get(userId) ?? this.resubscribing;
    if (step) await within(SUBSCRIBE_TIMEOUT_MS, step);
  }

  /** The client sends the messages of one tick in one packet. */
  private async send(change: InboxChange): Promise<void> {
    const { traffic } = this;
    traffic.unsent += 1;
    try {
      await this.redis.commands.publish(this.channel(change.userId), this.signer.sign(change));
      traffic.sent += 1;
    } catch {
      traffic.dropped += 1;
    }
    traffic.unsent -= 1;
  }

  private channel(userId: number): string {
    return this.prefix + userId;
  }

  private readonly receive = (message: string, channel: string): void => {
    this.traffic.received += 1;
    const change = this.signer.verify(message);
    if (change && this.channel(change.userId) === channel) this.hub.publish(change);
  };

  /**
   * Subscribes or unsubscribes, whichever is right when its turn comes. One step at a time for a user:
   * the client loses track of a channel that is joined again while it is being left.
   */
  private update(userId: number): void {
    const { client } = this.redis.subscriptions;
    if (!client.isReady) return;
    const before = this.steps.get(userId) ?? Promise.resolve();
    const step = before
      .then(() =>
        this.hub.has(userId)
          ? this.subscribe(client, [userId])
          : client.unsubscribe(this.channel(userId), this.receive),
      )
      // The connection is lost: joinAll() follows with the next one.
      .catch(() => undefined)
      .finally(() => {
        if (this.steps.get(userId) === step) this.steps.delete(userId);
      });
    this.steps.set(userId, step);
  }

  /** A new connection has no subscriptions, and what was published before it is not known here. */
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
    return client.subscribe(channels, this.receive);
  }
}
