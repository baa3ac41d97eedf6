import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/until.js';
import type { ClusterSite } from './cluster-site.js';
import type { Random } from './random.js';
import { work } from './fault-injector.js';

/** What is done at least, however short the time: everything once. */
const LEAST = 8;

/** Milliseconds in which some server comes back to Redis, whatever happens to servers meanwhile. */
const BACK_WITHIN_MS = 60_000;

const REDIS_FAULTS = [
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
export type InjectedRedisFaults = Record<'kills' | 'pauses' | 'dropped' | 'ways', number>;

/** Injects faults into what wakes the instances: Redis, and their ways to it. */
export class RedisFaultInjector {
  readonly injected: InjectedRedisFaults = { kills: 0, pauses: 0, dropped: 0, ways: 0 };
  private readonly random: Random;

  constructor(
    private readonly site: ClusterSite,
    random: Random,
  ) {
    this.random = random.fork();
  }

  /** Goes on for so long, and until the least was done. Resolves when all of it is up again. */
  async run(seconds: number): Promise<void> {
    const endsAt = performance.now() + seconds * 1_000;
    const injected = this.random.deal(REDIS_FAULTS);
    await work(endsAt, LEAST, async () => {
      await pause(this.random.between(100, 1_500));
      await this.inject(injected.next().value);
    });
  }

  /** Nothing is announced any more, until {@link restore}. */
  async cutAtTheEnd(): Promise<void> {
    this.injected.kills += 1;
    await this.site.redis.stop('SIGKILL');
  }

  restore(): Promise<void> {
    return this.site.redis.start();
  }

  private async inject(fault: (typeof REDIS_FAULTS)[number]): Promise<void> {
    const { redis } = this.site;
    if (fault === 'kill' || fault === 'stop') {
      this.injected.kills += 1;
      await redis.stop(fault === 'kill' ? 'SIGKILL' : 'SIGTERM');
      await pause(this.random.between(0, 3_000));
      // It comes back with nothing of what it knew.
      await redis.start();
    } else if (fault === 'pause') {
      this.injected.pauses += 1;
      await redis.run('CLIENT', 'PAUSE', String(Math.round(this.random.between(500, 4_000))));
    } else if (fault === 'stand still') {
      this.injected.pauses += 1;
      redis.freeze();
      await pause(this.random.between(500, 4_000));
      redis.thaw();
    } else if (fault === 'end subscriptions' || fault === 'end commands') {
      await this.endClients(fault === 'end commands' ? 'normal' : 'pubsub');
    } else {
      await this.injectOnWay(fault);
    }
  }

  /** All of a type; after an outage the first of them has yet to come back. */
  private async endClients(type: 'normal' | 'pubsub'): Promise<void> {
    await until(async () => {
      const ended = await this.site.redis.run<number>('CLIENT', 'KILL', 'TYPE', type);
      this.injected.dropped += ended;
      return ended > 0;
    }, BACK_WITHIN_MS);
  }

  /** One instance alone loses its connections, or loses what it sends and receives. */
  private async injectOnWay(fault: 'lose a way' | 'swallow'): Promise<void> {
    const way = this.random.pick(this.site.ways);
    this.injected.ways += 1;
    if (fault === 'swallow') way.fallSilent();
    else way.goAway();
    await pause(this.random.between(0, 4_000));
    way.comeBack();
  }
}
