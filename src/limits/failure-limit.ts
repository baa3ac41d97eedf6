import { createHash } from 'node:crypto';
import {
  type CallHandler,
  type ExecutionContext,
  HttpException,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { Settings } from '../config/settings.js';
import type { RequestWithUser } from '../http/current-user.decorator.js';
import { TooManyRequestsException } from '../http/too-many-requests.exception.js';
import { LimitsGuard } from './limits.guard.js';
import { WINDOW_MS } from './request-limits.js';
import { RequestRateCounters } from './request-rate-counters.js';

/** Wrong passwords in a window. */
const MAX_FAILURES = 10;
const LIMIT = 'failures';

/**
 * Bounds how often a password can be guessed: at a log-in by address and name together, so that a
 * stranger elsewhere can lock nobody out; at the change of a password by user. Right ones are free.
 */
@Injectable()
export class FailureLimit implements NestInterceptor {
  private readonly turns = new Map<string, Promise<void>>();
  private readonly isOff: boolean;

  constructor(
    { rateLimit }: Settings,
    private readonly guard: LimitsGuard,
    private readonly counters: RequestRateCounters,
  ) {
    this.isOff = rateLimit === 'off';
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (this.isOff) return next.handle();
    const request = context.switchToHttp().getRequest<RequestWithUser>();
    const key = await this.keyOf(request);
    const wrong = request.user ? 403 : 401;
    return of(await this.inTurn(key, () => this.attempt(key, wrong, next)));
  }

  private async keyOf(request: RequestWithUser): Promise<string> {
    if (request.user) return `user:${request.user.id}`;
    const { username } = (request.body ?? {}) as { username?: unknown };
    const name = typeof username === 'string' ? username.normalize('NFC') : '';
    const who = `${await this.guard.addressOf(request)}\n${name}`;
    return createHash('sha256').update(who).digest('base64url');
  }

  /** One after another: of many at the same instant each would find the count still low. */
  private async inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.turns.get(key) ?? Promise.resolve()).then(work);
    const turn = mine.then(
      () => undefined,
      () => undefined,
    );
    this.turns.set(key, turn);
    try {
      return await mine;
    } finally {
      if (this.turns.get(key) === turn) this.turns.delete(key);
    }
  }

  private async attempt(key: string, wrong: number, next: CallHandler): Promise<unknown> {
    const { count, endsInMs } = await this.counters.read(LIMIT, key);
    if (count >= MAX_FAILURES) {
      const seconds = Math.ceil(endsInMs / 1_000);
      throw new TooManyRequestsException('Too many wrong passwords; try again later', seconds);
    }
    try {
      return await lastValueFrom(next.handle());
    } catch (error) {
      const isWrong = error instanceof HttpException && error.getStatus() === wrong;
      if (isWrong) await this.counters.add(LIMIT, key, WINDOW_MS);
      throw error;
    }
  }
}
