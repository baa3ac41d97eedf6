/** What the tests read of an OpenAPI document. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  nullable?: boolean;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  enum?: unknown[];
  example?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  allOf?: Schema[];
}

interface Content {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Schema;
}

export interface Response {
  description: string;
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, Content>;
}

export interface Operation {
  tags: string[];
  operationId: string;
  summary?: string;
  description?: string;
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, Response>;
}

export interface OpenApi {
  openapi: string;
  info: { version: string; license?: { name: string } };
  servers?: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Schema>;
    securitySchemes: Record<string, Record<string, string>>;
    headers: Record<string, { required?: boolean; schema: Schema }>;
  };
}

/** Every operation with its method, in capitals, and its path. */
export function operationsOf({ paths }: OpenApi): [string, string, Operation][] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
      method.toUpperCase(),
      path,
      operation,
    ]),
  );
}

/** Follows a reference, if it is one. */
export function resolve(schema: Schema, document: OpenApi): Schema {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  if (name === undefined) return schema;
  const found = document.components.schemas[name];
  if (!found) throw new Error(`The document has no schema ${name}`);
  return found;
}

/** An example made of those of the parts; undefined where one is missing. */
export function exampleOf(schema: Schema, document: OpenApi): unknown {
  const {
    example,
    default: fallback,
    enum: values,
    properties,
    items,
    allOf,
  } = resolve(schema, document);
  if (example !== undefined) return example;
  if (allOf) return exampleOf(allOf[0]!, document);
  if (properties) {
    return Object.fromEntries(
      Object.entries(properties).map(([name, part]) => [name, exampleOf(part, document)]),
    );
  }
  return items ? [exampleOf(items, document)] : (fallback ?? values?.[0]);
}

const TYPES: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** Where a value differs from its schema, each as "place: what"; a field that is not there counts. */
export function misfits(
  value: unknown,
  reference: Schema,
  document: OpenApi,
  place = 'answer',
): string[] {
  const schema = resolve(reference, document);
  const { type, enum: values, properties, items, oneOf, allOf } = schema;
  if (value === null && schema.nullable) return [];
  if (oneOf?.every((one) => misfits(value, one, document, place).length > 0)) {
    return [`${place}: none of its forms`];
  }
  if (type !== undefined && !TYPES[type]!(value)) return [`${place}: no ${type}`];
  if (values && !values.includes(value)) return [`${place}: none of ${values.join(', ')}`];
  const parts = (allOf ?? []).flatMap((part) => misfits(value, part, document, place));
  parts.push(...boundMisfits(value, schema).map((bound) => `${place}: ${bound}`));
  if (items) {
    const elements = value as unknown[];
    parts.push(...elements.flatMap((one, at) => misfits(one, items, document, `${place}[${at}]`)));
  }
  if (properties) parts.push(...fieldMisfits(value as object, schema, document, place));
  return parts;
}

function boundMisfits(value: unknown, schema: Schema): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, format } = schema;
  if (typeof value === 'number') return outside(value, 'value', minimum, maximum);
  if (Array.isArray(value)) return outside(value.length, 'items', minItems, maxItems);
  if (typeof value !== 'string') return [];
  const isMoment = format !== 'date-time' || !Number.isNaN(Date.parse(value));
  const isMatch = pattern === undefined || new RegExp(pattern, 'u').test(value);
  return [
    ...outside(Array.from(value).length, 'length', minLength, maxLength),
    ...(isMoment ? [] : ['no moment']),
    ...(isMatch ? [] : [`no match of ${pattern}`]),
  ];
}

function outside(value: number, what: string, min = -Infinity, max = Infinity): string[] {
  return value < min || value > max ? [`${what} ${value} is not in ${min} to ${max}`] : [];
}

function fieldMisfits(
  value: object,
  { properties = {}, required = [] }: Schema,
  document: OpenApi,
  place: string,
): string[] {
  const fields = Object.entries(value as Record<string, unknown>);
  return [
    ...required
      .filter((name) => !Object.hasOwn(value, name))
      .map((name) => `${place}.${name}: missing`),
    ...fields.flatMap(([name, field]) => {
      const schema = properties[name];
      return schema
        ? misfits(field, schema, document, `${place}.${name}`)
        : [`${place}.${name}: not documented`];
    }),
  ];
}
