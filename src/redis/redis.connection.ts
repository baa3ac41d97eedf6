import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { type RedisClient, RedisLink } from './redis.link.js';

/**
 * The connections to Redis, when `REDIS_URL` is set. Neither the start nor a request nor a stream waits
 * for Redis. Commands and subscriptions have a connection each, so that many messages delay no command.
 */
@Injectable()
export class RedisConnection implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Redis');
  private readonly links: { commands: RedisLink; subscriptions: RedisLink } | undefined;
  private isUnavailable = false;

  constructor({ redisUrl }: Settings) {
    if (redisUrl === undefined) return;
    this.links = { commands: new RedisLink(redisUrl), subscriptions: new RedisLink(redisUrl) };
  }

  onModuleInit(): void {
    for (const link of this.all) {
      link.connections.subscribe(() => this.recordConnection());
      link.failures.subscribe((reason) => this.recordFailure(reason));
      link.open();
    }
  }

  /** Closes last: events that are being delivered at a shutdown are still published. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.all.map((link) => link.close()));
  }

  get isConfigured(): boolean {
    return this.links !== undefined;
  }

  /** Whether commands and subscriptions work at this moment. */
  get isReady(): boolean {
    return this.isConfigured && this.all.every(({ isReady }) => isReady);
  }

  /** For ordinary commands: they reject at once while Redis is unavailable. @throws not configured */
  get commands(): RedisClient {
    return this.configured.commands.client;
  }

  /** See {@link RedisLink.ask}. @throws not configured */
  ask<Reply>(command: (client: RedisClient) => Promise<Reply>): Promise<Reply> {
    return this.configured.commands.ask(command);
  }

  /** For subscriptions: each new connection has none. @throws not configured */
  get subscriptions(): RedisLink {
    return this.configured.subscriptions;
  }

  private get configured(): { commands: RedisLink; subscriptions: RedisLink } {
    if (!this.links) throw new Error('REDIS_URL is not set');
    return this.links;
  }

  private get all(): RedisLink[] {
    return this.links ? [this.links.commands, this.links.subscriptions] : [];
  }

  /** Logs one line per outage, not one per attempt. */
  private recordFailure(reason: unknown): void {
    if (this.isUnavailable) return;
    this.isUnavailable = true;
    this.logger.warn(
      `Unavailable, other instances are notified by their sweep, up to 5 s late: ${describe(reason)}`,
    );
  }

  private recordConnection(): void {
    if (!this.isReady) return;
    this.isUnavailable = false;
    this.logger.log('Connected');
  }
}

/** The error of a host with several addresses has a code and no message. */
function describe(reason: unknown): string {
  const { message, code } = reason as { message?: string; code?: string };
  return message || code || String(reason);
}
