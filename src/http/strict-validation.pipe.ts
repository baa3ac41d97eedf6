import {
  type ArgumentMetadata,
  BadRequestException,
  Injectable,
  ValidationPipe,
} from '@nestjs/common';

/** No field of any request holds more than a list of plain values. */
const MAX_DEPTH = 2;

/** Nest's validation, and what it does not see: class-transformer comes first. */
@Injectable()
export class StrictValidationPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' || metadata.type === 'query') {
      refuseInheritedNames(value);
      refuseDepth(value);
    }
    return super.transform(value, metadata);
  }
}

/** Fields called `__proto__`, `constructor` or `toString` are passed over as if nobody had sent them. */
function refuseInheritedNames(value: unknown): void {
  for (const name of Object.keys(Object(value))) {
    if (name in Object.prototype) {
      throw new BadRequestException([`property ${name} should not exist`]);
    }
  }
}

/** It recurses without a bound: a hundred kilobytes of brackets would exhaust the stack. */
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
