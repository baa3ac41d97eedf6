import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/until.js';
import type { ClusterSite } from './cluster-site.js';
import type { Random } from './random.js';
import { work } from './saboteur.js';

/** What is done at least, however short the time: everything once. */
const LEAST = 8;

/** Milliseconds in which some server comes back to Redis, whatever happens to servers meanwhile. */
const BACK_WITHIN_MS = 60_000;

const DEEDS = [
  'kill',
  'stop',
  'pause',
  'stand still',
  'end subscriptions',
  'end commands',
  'lose a way',
  'swallow',
] as const;

/** What was done to Redis, by its name. */
export type RedisDeeds = Record<'kills' | 'pauses' | 'dropped' | 'ways', number>;

/** Hurts what wakes the instances: Redis, and their ways to it. */
export class RedisSaboteur {
  readonly deeds: RedisDeeds = { kills: 0, pauses: 0, dropped: 0, ways: 0 };
  private readonly random: Random;

  constructor(
    private readonly site: ClusterSite,
    random: Random,
  ) {
    this.random = random.fork();
  }

  /** Goes on for so long, and until the least was done. Resolves when all of it is up again. */
  async rage(seconds: number): Promise<void> {
    const endsAt = performance.now() + seconds * 1_000;
    const deeds = this.random.deal(DEEDS);
    await work(endsAt, LEAST, async () => {
      await pause(this.random.between(100, 1_500));
      await this.hurt(deeds.next().value);
    });
  }

  /** Nothing is announced any more, until {@link relent}. */
  async lastBlow(): Promise<void> {
    this.deeds.kills += 1;
    await this.site.redis.stop('SIGKILL');
  }

  relent(): Promise<void> {
    return this.site.redis.start();
  }

  private async hurt(deed: (typeof DEEDS)[number]): Promise<void> {
    const { redis } = this.site;
    if (deed === 'kill' || deed === 'stop') {
      this.deeds.kills += 1;
      await redis.stop(deed === 'kill' ? 'SIGKILL' : 'SIGTERM');
      await pause(this.random.between(0, 3_000));
      // It comes back with nothing of what it knew.
      await redis.start();
    } else if (deed === 'pause') {
      this.deeds.pauses += 1;
      await redis.run('CLIENT', 'PAUSE', String(Math.round(this.random.between(500, 4_000))));
    } else if (deed === 'stand still') {
      this.deeds.pauses += 1;
      redis.freeze();
      await pause(this.random.between(500, 4_000));
      redis.thaw();
    } else if (deed === 'end subscriptions' || deed === 'end commands') {
      await this.endClients(deed === 'end commands' ? 'normal' : 'pubsub');
    } else {
      await this.hurtWay(deed);
    }
  }

  /** All of a type; after an outage the first of them has yet to come back. */
  private async endClients(type: 'normal' | 'pubsub'): Promise<void> {
    await until(async () => {
      const ended = await this.site.redis.run<number>('CLIENT', 'KILL', 'TYPE', type);
      this.deeds.dropped += ended;
      return ended > 0;
    }, BACK_WITHIN_MS);
  }

  /** One instance alone loses its connections, or sends into the void and hears nothing. */
  private async hurtWay(deed: 'lose a way' | 'swallow'): Promise<void> {
    const way = this.random.pick(this.site.ways);
    this.deeds.ways += 1;
    if (deed === 'swallow') way.fallSilent();
    else way.goAway();
    await pause(this.random.between(0, 4_000));
    way.comeBack();
  }
}
