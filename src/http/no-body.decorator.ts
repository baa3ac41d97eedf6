import {
  BadRequestException,
  type CanActivate,
  type ExecutionContext,
  UseGuards,
} from '@nestjs/common';
import type { Request } from 'express';

const guard: CanActivate = {
  canActivate(context: ExecutionContext): boolean {
    const { body } = context.switchToHttp().getRequest<Request>();
    const names = Object.keys(Object(body));
    if (names.length === 0) return true;
    throw new BadRequestException(names.map((name) => `property ${name} should not exist`));
  },
};

/**
 * The route takes no fields, so that all are unknown and refused as validation refuses them elsewhere:
 * whoever sends one expects it to do something. For everything but GET, where a body means nothing.
 */
export const NoBody = (): MethodDecorator => UseGuards(guard);
