import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { type RedisClient, RedisLink } from './redis.link.js';

/**
 * The way to Redis, when `REDIS_URL` names one. Nothing waits for it: neither the start, nor a
 * request, nor a stream. One connection carries commands, another subscriptions, so that a flood of
 * messages is in no command's way.
 */
@Injectable()
export class RedisConnection implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Redis');
  private readonly links: { commands: RedisLink; subscriptions: RedisLink } | undefined;
  private isAway = false;

  constructor({ redisUrl }: Settings) {
    if (redisUrl === undefined) return;
    this.links = { commands: new RedisLink(redisUrl), subscriptions: new RedisLink(redisUrl) };
  }

  onModuleInit(): void {
    for (const link of this.all) {
      link.connections.subscribe(() => this.noteConnection());
      link.failures.subscribe((reason) => this.noteFailure(reason));
      link.open();
    }
  }

  /** The last of all: events that are under way at a shutdown are still announced. */
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

  /** For ordinary commands: they reject at once while Redis is away. @throws not configured */
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

  /** A line an outage, not one a try. */
  private noteFailure(reason: unknown): void {
    if (this.isAway) return;
    this.isAway = true;
    this.logger.warn(`Away, other instances are told later: ${describe(reason)}`);
  }

  private noteConnection(): void {
    if (!this.isReady) return;
    this.isAway = false;
    this.logger.log('Connected');
  }
}

/** A host with several addresses fails with an error that has a code and no words. */
function describe(reason: unknown): string {
  const { message, code } = reason as { message?: string; code?: string };
  return message || code || String(reason);
}
