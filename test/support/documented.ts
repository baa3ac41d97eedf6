import fc from 'fast-check';
import {
  misfits,
  type OpenApi,
  type Operation,
  type Parameter,
  resolve,
  type Schema,
} from './openapi.js';

/** What one request of an operation is made of, but its token. */
export interface Input {
  /** In the place of `{id}`; undefined: that of something that exists. */
  id: string | undefined;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: unknown;
}

/** Of several scripts and widths; a name, a text or an address takes some of them. */
const CHARACTERS = Array.from('aZ09_-.,<%&"\\/ éß가힣漢ا🙂\n\t\u3000');

/** Values that most fields must refuse; what a schema says decides which. */
const SUSPECTS: unknown[] = [
  null,
  true,
  [],
  {},
  [null],
  ['1'],
  [0],
  [1.5],
  [2 ** 31],
  0,
  -1,
  1.5,
  2 ** 31,
  1e21,
  '',
  ' ',
  '\n\u3000',
  'a',
  'a\0b',
  '\ud800a',
  'b\udfff',
  '🙂🙂',
  '1',
  'a@b',
  'a b@example.test',
  `${'a'.repeat(300)}@example.test`,
];

/** Texts that are no integer in an address. */
const NO_INTEGERS = ['', 'one', '-1', '1.5', '1e3', '0x1', '+1', ' 1', '1,2', 'null', '٣'];

function textOf(schema: Schema, document: OpenApi): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = 60, pattern = '', format } = schema;
  if (format === 'email') return fc.emailAddress();
  const expression = new RegExp(pattern, 'u');
  const fitting = CHARACTERS.filter((one) => expression.test(`a${one}a`));
  const character = fc.constantFrom(...fitting);
  return fc
    .oneof(
      { weight: 4, arbitrary: fc.string({ unit: character, minLength, maxLength }) },
      { weight: 1, arbitrary: character.map((one) => one.repeat(maxLength)) },
      { weight: 1, arbitrary: character.map((one) => one.repeat(minLength)) },
    )
    .filter((text) => misfits(text, schema, document).length === 0);
}

/** Values that a schema allows. */
export function allowed(reference: Schema, document: OpenApi): fc.Arbitrary<unknown> {
  const schema = resolve(reference, document);
  const { type, enum: values, minimum = 0, maximum = 0, minItems = 0, maxItems = 0 } = schema;
  const { items, properties = {}, required = [] } = schema;
  if (values) return fc.constantFrom(...values);
  if (type === 'integer') return fc.integer({ min: minimum, max: maximum });
  if (type === 'string') return textOf(schema, document);
  if (items) {
    return fc.array(allowed(items, document), { minLength: minItems, maxLength: maxItems });
  }
  const fields = Object.entries(properties).map(([name, field]) => [
    name,
    allowed(field, document),
  ]);
  const model = Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>;
  return fc.record(model, { requiredKeys: required });
}

/** Values that a schema forbids: each is wrong in one place. */
export function forbidden(reference: Schema, document: OpenApi): fc.Arbitrary<unknown> {
  const schema = resolve(reference, document);
  const { maxLength, maxItems, maximum, properties, required = [] } = schema;
  const suspects = [
    ...SUSPECTS,
    ...(maximum === undefined ? [] : [maximum + 1]),
    ...(maxLength === undefined ? [] : ['a'.repeat(maxLength + 1)]),
    ...(maxItems === undefined ? [] : [Array(maxItems + 1).fill(1)]),
  ];
  const wrong = suspects.filter((value) => misfits(value, schema, document).length > 0);
  if (!properties) return fc.constantFrom(...wrong);
  const fields = Object.entries(properties).map(([name, field]) =>
    forbidden(field, document).map((value) => ({ [name]: value })),
  );
  const whole = allowed(schema, document) as fc.Arbitrary<Record<string, unknown>>;
  return fc.oneof(
    fc.tuple(whole, fc.oneof(...fields)).map(([all, one]) => ({ ...all, ...one })),
    fc.tuple(whole, fc.constantFrom(...required)).map(([all, gone]) => {
      return Object.fromEntries(Object.entries(all).filter(([name]) => name !== gone));
    }),
    whole.map((all) => ({ ...all, is_admin: true })),
  );
}

/** Texts that a parameter forbids. */
function forbiddenText({ schema }: Parameter): string[] {
  const { type, minimum = 0, maximum = 0, maxLength } = schema;
  return type === 'integer'
    ? [...NO_INTEGERS, String(minimum - 1), String(maximum + 1)]
    : ['\0', ...(maxLength === undefined ? [] : ['a'.repeat(maxLength + 1)])];
}

const inPlace = ({ parameters = [] }: Operation, place: string) =>
  parameters.filter((one) => one.in === place);

const bodyOf = ({ requestBody }: Operation) => requestBody?.content['application/json']?.schema;

/** Requests that the document allows. The ids are those of something that exists, or any. */
export function allowedInputs(operation: Operation, document: OpenApi): fc.Arbitrary<Input> {
  const texts = (place: string) =>
    fc.record(
      Object.fromEntries(
        inPlace(operation, place).map(({ name, schema }) => [
          name,
          allowed(schema, document).map(String),
        ]),
      ),
      { requiredKeys: [] },
    ) as fc.Arbitrary<Record<string, string>>;
  const [id] = inPlace(operation, 'path');
  const body = bodyOf(operation);
  return fc.record({
    id: id
      ? fc.option(allowed(id.schema, document).map(String), { nil: undefined })
      : fc.constant(undefined),
    // Two ways to say where a page begins: the document says that they exclude each other.
    query: texts('query').map(({ before, ...query }) =>
      before === undefined || 'page' in query ? query : { ...query, before },
    ),
    headers: texts('header').map((all) =>
      Object.fromEntries(
        Object.entries(all).map(([name, text]) => [name, text.replaceAll(/[^\x20-\x7e]/g, '')]),
      ),
    ),
    body: body ? allowed(body, document) : fc.constant(undefined),
  });
}

/** Requests with one thing in them that the document forbids. */
export function forbiddenInputs(operation: Operation, document: OpenApi): fc.Arbitrary<Input> {
  const good: Input = { id: undefined, query: {}, headers: {}, body: undefined };
  const [id] = inPlace(operation, 'path');
  const body = bodyOf(operation);
  const whole = body ? allowed(body, document) : fc.constant(undefined);
  const wrong: fc.Arbitrary<Input>[] = inPlace(operation, 'query').map((parameter) =>
    fc
      .constantFrom(...forbiddenText(parameter))
      .map((text) => ({ ...good, query: { [parameter.name]: text } })),
  );
  if (id) {
    // Nothing at all in the place of the id is another address.
    const ids = fc.constantFrom(...forbiddenText(id).filter(Boolean));
    wrong.push(fc.tuple(ids, whole).map(([text, all]) => ({ ...good, id: text, body: all })));
  }
  if (body) wrong.push(forbidden(body, document).map((one) => ({ ...good, body: one })));
  return fc.oneof(...wrong);
}
