import { isIP } from 'node:net';
import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  getOptionsToken,
  getStorageToken,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { Request } from 'express';
import { Settings } from '../config/settings.js';
import { TooManyRequestsException } from '../http/too-many-requests.exception.js';

/** Comes after the guard that says who calls: most limits are by user, since offices share an address. */
@Injectable()
export class LimitsGuard extends ThrottlerGuard {
  private readonly isOff: boolean;

  constructor(
    @Inject(getOptionsToken()) options: ThrottlerModuleOptions,
    @Inject(getStorageToken()) storage: ThrottlerStorage,
    reflector: Reflector,
    { rateLimit }: Settings,
  ) {
    super(options, storage, reflector);
    this.isOff = rateLimit === 'off';
  }

  /**
   * Where a request comes from, as far as `TRUST_PROXY` lets a proxy say so: an IPv4 address, or the
   * /64 network of an IPv6 one, for one customer has all addresses of it.
   */
  addressOf(request: Request): Promise<string> {
    return this.getTracker(request);
  }

  protected override getTracker({ ip = '', socket }: Request): Promise<string> {
    const address = withoutPort(ip);
    return super.getTracker({ ip: isIP(address) ? address : socket.remoteAddress });
  }

  protected override shouldSkip(): Promise<boolean> {
    return Promise.resolve(this.isOff);
  }

  protected override throwThrottlingException(
    _: ExecutionContext,
    { timeToExpire }: { timeToExpire: number },
  ): Promise<void> {
    throw new TooManyRequestsException('Too many requests; try again later', timeToExpire);
  }
}

/** Some proxies write `203.0.113.7:51234` and `[2001:db8::7]:51234`: each connection has another. */
function withoutPort(address: string): string {
  const [, v4, v6] = /^(?:([\d.]+):\d+|\[(.+)\](?::\d+)?)$/.exec(address) ?? [];
  return v4 ?? v6 ?? address;
}
