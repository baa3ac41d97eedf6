import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInt, isEmail, Max, Min, registerDecorator } from 'class-validator';

/** Characters as a person counts them at most once each: code points, not UTF-16 units. */
function length(text: string): number {
  return Array.from(text).length;
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Text of `min` to `max` characters that can be stored as it is: no NUL, no half of a pair. */
export function IsText(min: number, max: number, { blank = false } = {}): PropertyDecorator {
  return (target, property) => {
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
    registerDecorator({
      name: 'isEmailAddress',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        // In that order: the library throws on half of a pair.
        validate: (value: unknown) =>
          typeof value === 'string' && isStorable(value) && length(value) <= 254 && isEmail(value),
        defaultMessage: (field) =>
          `${field?.property} must be an e-mail address of at most 254 characters`,
      },
    });
  };
}

/** A whole number in a query: digits alone, given once; `''`, `1.5`, `1e3` and repetitions fail. */
export function IsQueryInteger(min: number, max: number): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    IsInt(),
    Min(min),
    Max(max),
  );
}
