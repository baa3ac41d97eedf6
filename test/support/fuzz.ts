import fc from 'fast-check';
import { exampleOf, type OpenApi, type Operation, resolve, type Schema } from './openapi.js';

/** A request that may be anything but what the API expects. */
export interface Rubbish {
  /** Of the route it was made for. */
  method: string;
  template: string;
  /** As it is sent. */
  path: string;
  headers: Record<string, string>;
  body: Uint8Array | undefined;
}

/** What exists, so that some of it gets through. */
export interface Existing {
  question: number;
  answer: number;
  /** To be deleted. */
  doomedQuestion: number;
  doomedAnswer: number;
  /** Of a valid access token. */
  authorization: string;
  /** Of others, for the routes that void the token they are called with. */
  leaving: Record<string, string>;
  /** The body of a log-in that succeeds, instead of the example. */
  logIn: object;
}

/** Text of 16-bit units, halves of pairs among them. */
const units = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
  .map((codes) => String.fromCharCode(...codes));

const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '1',
    '-1',
    '1e3',
    '0x1',
    '1.5',
    '٣',
    '2147483647',
    '2147483648',
    'NaN',
    'null',
    'true',
    '\0',
    '1\0',
    '\ud800',
    'a\udfff',
    '\u202e',
    '\ufeff',
    '\r\n',
    '..',
    '%',
    "' OR 1=1 --",
    '$1',
    '<script>alert(1)</script>',
    '%s%n',
    '../../etc/passwd',
    '\\u0000',
    '__proto__',
    'constructor',
    'toString',
    'a'.repeat(200),
    'b'.repeat(20_001),
    '가'.repeat(201),
    '9'.repeat(400),
  ),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  units,
);

const number = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 0.5, 1e21, 1e308, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** `[[[[…]]]]` and `{"a":{"a":…}}`; deeper than anything may be read by recursion. */
const nest = fc.tuple(fc.constantFrom(2, 3, 20, 500), fc.boolean()).map(([depth, isList]) => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = isList ? [value] : { a: value };
  return value;
});

/** Stand for a nest that is too deep to be made of objects here. */
const ABYSSES = new Map([
  ['"abyss of lists"', '['.repeat(45_000) + ']'.repeat(45_000)],
  ['"abyss of objects"', '{"a":'.repeat(15_000) + '1' + '}'.repeat(15_000)],
]);
const abyss = fc.constantFrom('abyss of lists', 'abyss of objects');

function toJson(whole: unknown): string {
  let text = JSON.stringify(whole) ?? '';
  for (const [mark, nested] of ABYSSES) text = text.replace(mark, nested);
  return text;
}

const reserved = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'length');

const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 3, arbitrary: number },
  { weight: 2, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, [], {}, [null], [[]], { id: 1 }) },
  { weight: 1, arbitrary: fc.array(number, { maxLength: 600 }) },
  { weight: 1, arbitrary: fc.oneof(nest, abyss) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(reserved, fc.jsonValue())
      .map(([name, inner]) => Object.fromEntries([[name, inner]])),
  },
);

/** Encoded as it should be, or not, or not at all. */
const encoded = fc.oneof(
  { weight: 6, arbitrary: text.map((raw) => encodeURIComponent(raw.toWellFormed())) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('%', '%zz', '%E0%A4', '%00', '%c0%af', '%uD800', '+', ''),
  },
  { weight: 1, arbitrary: text },
);

function segment(id: number): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(String(id)) },
    { weight: 2, arbitrary: encoded },
  );
}

/** Parameters of the document and unknown ones; some of them repeated or in brackets. */
function query({ parameters = [] }: Operation): fc.Arbitrary<string> {
  const names = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  const name = fc.oneof(
    { weight: 5, arbitrary: names.length > 0 ? fc.constantFrom(...names) : text },
    { weight: 1, arbitrary: fc.oneof(text, reserved) },
  );
  const pair = fc
    .tuple(
      name,
      fc.constantFrom('', '', '', '[]', '[a]', '[__proto__]', '[', ']]', '[a][b]'),
      encoded,
    )
    .map(([key, brackets, part]) => `${encodeURIComponent(key.toWellFormed())}${brackets}=${part}`);
  const pairs = fc.array(pair, { maxLength: 3 }).map((all) => all.join('&'));
  const twice = pair.map((one) => `${one}&${one}`);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 4, arbitrary: pairs.map((all) => `?${all}`) },
    { weight: 1, arbitrary: twice.map((all) => `?${all}`) },
    { weight: 1, arbitrary: text.map((all) => `?${all}`) },
  );
}

/** The example, with a field that is another, missing or too many; or something else altogether. */
function fields(schema: Schema, document: OpenApi, example: object): fc.Arbitrary<unknown> {
  const names = Object.keys(resolve(schema, document).properties ?? {});
  const name = fc.constantFrom(...names);
  const changed = fc
    .tuple(name, value)
    .map(([key, other]) => Object.fromEntries([...Object.entries(example), [key, other]]));
  const less = name.map((gone) =>
    Object.fromEntries(Object.entries(example).filter(([key]) => key !== gone)),
  );
  const more = fc
    .tuple(fc.oneof(reserved, text), value)
    .map(([key, extra]) => Object.fromEntries([...Object.entries(example), [key, extra]]));
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(example) },
    { weight: 8, arbitrary: changed },
    { weight: 1, arbitrary: less },
    { weight: 2, arbitrary: more },
    { weight: 2, arbitrary: value },
  );
}

/** JSON, or what is left of it. */
function bytes(content: fc.Arbitrary<unknown>): fc.Arbitrary<Uint8Array> {
  const json = content.map((whole) => Buffer.from(toJson(whole)));
  return fc.oneof(
    { weight: 12, arbitrary: json },
    {
      weight: 1,
      arbitrary: fc
        .tuple(json, fc.nat())
        .map(([whole, end]) => whole.subarray(0, end % (whole.length + 1))),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(json, fc.nat(), fc.nat({ max: 255 })).map(([whole, at, byte]) => {
        const broken = Buffer.from(whole);
        if (broken.length > 0) broken[at % broken.length] = byte;
        return broken;
      }),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  );
}

/** What a client of HTTP lets through: no control characters, one byte a character. */
function headerValue(raw: string): string {
  return raw.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}

/** As above, in the first line: no spaces either. */
function address(raw: string): string {
  return raw.replaceAll(/[^\x21-\x7e\x80-\xff]/g, '!');
}

function headers(authorization: string): fc.Arbitrary<Record<string, string>> {
  const optional = (weight: number, ...values: fc.Arbitrary<string>[]) =>
    fc.oneof(
      { weight, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.oneof(...values).map(headerValue) },
    );
  return fc
    .record({
      authorization: fc.oneof(
        { weight: 12, arbitrary: fc.constant(authorization) },
        { weight: 1, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: text.map((raw) => headerValue(`Bearer ${raw}`)) },
      ),
      'content-type': fc.oneof(
        { weight: 20, arbitrary: fc.constant('application/json') },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            'text/plain',
            'application/json; charset=utf-16',
            ';',
            'a/b/c',
          ),
        },
      ),
      'content-encoding': optional(30, fc.constantFrom('gzip', 'br', 'deflate', 'identity', 'x')),
      'last-event-id': optional(2, text, number.map(String)),
      'x-forwarded-for': optional(10, text),
      accept: optional(10, text, fc.constantFrom('text/event-stream', 'image/*')),
      range: optional(10, text, fc.constantFrom('bytes=0-', 'bytes=9-1')),
    })
    .map((all) => {
      const given = Object.entries(all).filter(
        ([, one]) => one !== undefined && one.length < 2_000,
      );
      return Object.fromEntries(given) as Record<string, string>;
    });
}

/** Requests for one operation of the document. */
function requestsFor(
  [method, template, operation]: [string, string, Operation],
  document: OpenApi,
  existing: Existing,
): fc.Arbitrary<Rubbish> {
  const isDeletion = method === 'DELETE' && template.endsWith('}');
  const { question, answer } = isDeletion
    ? { question: existing.doomedQuestion, answer: existing.doomedAnswer }
    : existing;
  const id = segment(template.includes('/answer/{') ? answer : question);
  const path = fc
    .tuple(id, query(operation))
    .map(([part, rest]) => address(template.replace('{id}', () => part) + rest));
  const schema = operation.requestBody?.content['application/json']?.schema;
  const example = template.endsWith('/login')
    ? existing.logIn
    : ((schema && exampleOf(schema, document)) as object);
  const rare = fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: bytes(value) },
  );
  return fc.record({
    method: fc.constant(method),
    template: fc.constant(template),
    path,
    headers: headers(existing.leaving[template] ?? existing.authorization),
    body: schema ? bytes(fields(schema, document, example)) : rare,
  });
}

/** They hash a password, which takes as long as many other requests. */
const SLOW = ['/api/user/signup', '/api/user/login', '/api/user/password'];

/** Requests for everything that the document has. */
export function requests(document: OpenApi, existing: Existing): fc.Arbitrary<Rubbish> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
      method.toUpperCase(),
      path,
      operation,
    ]),
  );
  return fc.oneof(
    ...operations.map((one) => ({
      weight: SLOW.includes(one[1]) ? 1 : 4,
      arbitrary: requestsFor(one, document, existing),
    })),
  );
}

/** Pieces of what one may find on the wire. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'OPTIONS', 'PRI', 'CONNECT', 'X') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ' /api/question/list',
      ' /api/user/me',
      ' *',
      ' http://a/',
      ' /%',
      ' /\xff',
      ' ',
      ' //',
      ' HTTP/1.1',
      ' HTTP/1.0',
      ' HTTP/2.0',
      ' HTTP/9.9',
      '\r\n',
      '\r\n\r\n',
      '\n\n',
      '\r',
      '\r\nHost: a',
      '\r\nHost:',
      '\r\nContent-Length: 5',
      '\r\nContent-Length: -1',
      '\r\n x: y',
      '\r\nTransfer-Encoding: chunked',
      '\r\nTransfer-Encoding: x',
      '\r\nExpect: 100-continue',
      '\r\nConnection: upgrade\r\nUpgrade: websocket',
      '\r\nConnection: close',
      '\r\n: ',
      '\r\nContent-Type: application/json',
      '0\r\n\r\n',
      'ffffffffffffffff\r\n',
      '5\r\n{"a":\r\n',
    ),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map(latin1) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('x'.repeat(20_000), '\0'.repeat(100), '{'.repeat(3_000)),
  },
);

function latin1(raw: Uint8Array): string {
  return Buffer.from(raw).toString('latin1');
}

const WHOLE = [
  'GET /api/question/list HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /api/question/999 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  'HEAD /api/question/list HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /api/question HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 33\r\n\r\n{"subject":"a","content":"bcdefg"}',
  'POST /api/question HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n',
  'GET /api/notification/stream?token=x HTTP/1.1\r\nHost: a\r\n\r\n',
];

/** What comes on a connection; no request in it has a token. Bytes as characters. */
export const wire: fc.Arbitrary<string> = fc.oneof(
  // Requests that follow one another without waiting.
  fc.array(fc.constantFrom(...WHOLE), { minLength: 2, maxLength: 8 }).map((all) => all.join('')),
  // Half of one, perhaps behind whole ones.
  fc
    .tuple(fc.array(fc.constantFrom(...WHOLE), { minLength: 1, maxLength: 3 }), fc.nat())
    .map(([all, end]) => all.join('').slice(0, end % all.join('').length)),
  // One with bytes that are others.
  fc
    .tuple(
      fc.constantFrom(...WHOLE),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 5 }),
    )
    .map(([whole, changes]) => {
      const broken = Buffer.from(whole, 'latin1');
      for (const [at, byte] of changes) broken[at % broken.length] = byte;
      return broken.toString('latin1');
    }),
  fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
  fc.uint8Array({ maxLength: 300 }).map(latin1),
);
