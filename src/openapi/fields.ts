import type { ReferenceObject, SchemaObject } from '@nestjs/swagger';
import { MAX_ID } from '../http/id.pipe.js';

/** The id of anything. */
export const ID: SchemaObject = { type: 'integer', minimum: 1, maximum: MAX_ID, example: 1 };

/** Any other number of this API counts something; columns of PostgreSQL bound it like the ids. */
const COUNT: SchemaObject = { type: 'integer', minimum: 0, maximum: MAX_ID, example: 3 };

/** What the name of a text says of it, wherever it occurs. */
const TEXTS: [RegExp, SchemaObject][] = [
  [/^(\w+_)?username$/, { minLength: 1, maxLength: 50, example: 'userA' }],
  [/^email$/, { minLength: 1, maxLength: 254 }],
  [
    /_at$/,
    {
      pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`,
      example: '2026-02-13T15:08:59.872946Z',
    },
  ],
  [/_token$/, { minLength: 1, pattern: String.raw`^[\w-]+\.[\w-]+\.[\w-]+$` }],
];

/**
 * Completes the fields of a class by their names and types. What a class says of a field wins. What has
 * a default may be left out.
 */
export function describeFields(schema: SchemaObject | ReferenceObject): void {
  if ('$ref' in schema) return;
  schema.required = schema.required?.filter((name) => !hasDefault(schema.properties?.[name]));
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (!('$ref' in field)) Object.assign(field, describeField(name, field));
  }
}

function describeField(name: string, field: SchemaObject): SchemaObject {
  switch (field.type) {
    case 'integer':
    case 'number':
      return { ...(/^(\w+_)?id$/.test(name) ? ID : COUNT), ...field, type: 'integer' };
    case 'string':
      return { ...TEXTS.find(([pattern]) => pattern.test(name))?.[1], ...field };
    case 'boolean':
      return { example: true, ...field };
    default:
      return field;
  }
}

/** Whether a field or parameter may be left out, because the server then takes a value of its own. */
export function hasDefault(field: SchemaObject | ReferenceObject | undefined): boolean {
  return field !== undefined && 'default' in field && field.default !== undefined;
}
