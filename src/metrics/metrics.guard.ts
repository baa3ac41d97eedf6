import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  NotFoundException,
  UnauthorizedException,
} from '@nestjs/common';
import type { Request } from 'express';
import { Settings } from '../config/settings.js';
import { MetricsRegistry } from './metrics.registry.js';

/** `METRICS_TOKEN` opens; without one everybody may look, but nobody in production. */
@Injectable()
export class MetricsGuard implements CanActivate {
  private readonly expected: Buffer | undefined;

  constructor(
    private readonly registry: MetricsRegistry,
    { metricsToken }: Settings,
  ) {
    this.expected = metricsToken === undefined ? undefined : digest(Buffer.from(metricsToken));
  }

  canActivate(context: ExecutionContext): boolean {
    // As for any path that does not exist.
    if (!this.registry.isOpen) throw new NotFoundException('Cannot GET /metrics');
    const { authorization = '' } = context.switchToHttp().getRequest<Request>().headers;
    if (this.expected === undefined) return true;
    const [, token = ''] = /^bearer +(.+)$/i.exec(authorization) ?? [];
    // Headers are read as Latin-1, whatever was sent. Digests have one length, as the comparison needs.
    if (timingSafeEqual(digest(Buffer.from(token, 'latin1')), this.expected)) return true;
    throw new UnauthorizedException('The token of the metrics is needed');
  }
}

function digest(token: Buffer): Buffer {
  return createHash('sha256').update(token).digest();
}
