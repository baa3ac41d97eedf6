import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  isEmail,
  Max,
  Min,
  registerDecorator,
} from 'class-validator';
import { MAX_ID } from './id.pipe.js';

// Each of these decorators states its rule twice, for requests and for the OpenAPI document.

/** What {@link isStorable} takes, as a pattern that means the same with and without the flag `u`. */
const STORABLE = String.raw`(?:[^\u0000\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff])*$`;
const TEXT = `^${STORABLE}`;
const NON_BLANK_TEXT = String.raw`^(?=[\s\S]*\S)${STORABLE}`;

const MAX_EMAIL_LENGTH = 254;

/** Characters as a person counts them at most once each: code points, not UTF-16 units. */
function length(text: string): number {
  return Array.from(text).length;
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Text of `min` to `max` characters that can be stored as it is: no NUL, no half of a pair. */
export function IsText(min: number, max: number, { blank = false } = {}): PropertyDecorator {
  const pattern = blank ? TEXT : NON_BLANK_TEXT;
  return (target, property) => {
    ApiProperty({ type: 'string', minLength: min, maxLength: max, pattern })(target, property);
    registerDecorator({
      name: 'isText',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' &&
          isStorable(value) &&
          (blank || value.trim() !== '') &&
          length(value) >= min &&
          length(value) <= max,
        defaultMessage: (field) =>
          `${field?.property} must be ${blank ? '' : 'non-blank '}text of ${min} to ${max} characters without NUL`,
      },
    });
  };
}

/** An e-mail address of at most 254 characters. */
export function IsEmailAddress(): PropertyDecorator {
  return (target, property) => {
    ApiProperty({ type: 'string', format: 'email', maxLength: MAX_EMAIL_LENGTH })(target, property);
    registerDecorator({
      name: 'isEmailAddress',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        // In that order: the library throws on half of a pair.
        validate: (value: unknown) =>
          typeof value === 'string' &&
          isStorable(value) &&
          length(value) <= MAX_EMAIL_LENGTH &&
          isEmail(value),
        defaultMessage: (field) =>
          `${field?.property} must be an e-mail address of at most ${MAX_EMAIL_LENGTH} characters`,
      },
    });
  };
}

/** A whole number in a query: digits alone, given once; `''`, `1.5`, `1e3` and repetitions fail. */
export function IsQueryInteger(min: number, max: number): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: 'integer', minimum: min, maximum: max }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    IsInt(),
    Min(min),
    Max(max),
  );
}

/** Ids in a body: 1 to `max` of them. */
export function IsIdList(max: number): PropertyDecorator {
  const items = { type: 'integer', minimum: 1, maximum: MAX_ID };
  return applyDecorators(
    ApiProperty({ type: 'array', items, minItems: 1, maxItems: max }),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(max),
    IsInt({ each: true }),
    Min(1, { each: true }),
    Max(MAX_ID, { each: true }),
  );
}
