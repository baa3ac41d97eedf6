import {
  type ArgumentMetadata,
  BadRequestException,
  Injectable,
  ValidationPipe,
} from '@nestjs/common';

/** No field of any request holds more than a list of plain values. */
const MAX_DEPTH = 2;

/** Nest's validation, and what it lets through. */
@Injectable()
export class StrictValidationPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // It would make the number 1 of " 1", "0x1" and "1e0" before the pipe of the parameter sees them.
    if (metadata.type === 'param') return value;
    if (metadata.type === 'body' || metadata.type === 'query') {
      refuseDepth(value);
      refuseReservedNames(value);
    }
    return super.transform(value, metadata);
  }
}

/** Fields called `__proto__`, `constructor` or `toString` are dropped before unknown ones are looked for. */
function refuseReservedNames(value: unknown): void {
  for (const name of Object.keys(Object(value))) {
    if (name === 'prototype' || name in Object.prototype) {
      throw new BadRequestException([`property ${name} should not exist`]);
    }
  }
}

/** Validation recurses without a bound: a hundred kilobytes of brackets would exhaust the stack. */
function refuseDepth(value: unknown): void {
  for (const [name, field] of Object.entries(Object(value) as object)) {
    if (isDeeperThan(MAX_DEPTH, field)) {
      throw new BadRequestException([`${name} is nested too deeply`]);
    }
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
