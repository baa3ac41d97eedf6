import type { SchemaObject } from '@nestjs/swagger';
import { describeFields } from './fields.js';

/** A class with that one field, completed. */
function complete(name: string, field: SchemaObject): SchemaObject {
  const schema: SchemaObject = { type: 'object', properties: { [name]: field }, required: [name] };
  describeFields(schema);
  return schema;
}

const field = (name: string, given: SchemaObject) => complete(name, given).properties![name];

it.each(['id', 'question_id'])('describeFields makes an id of the number %s', (name) => {
  expect(field(name, { type: 'number' })).toMatchObject({
    type: 'integer',
    minimum: 1,
    maximum: 2_147_483_647,
  });
});

it('describeFields makes a count of any other number', () => {
  expect(field('paid', { type: 'number' })).toMatchObject({ type: 'integer', minimum: 0 });
});

it('describeFields leaves an id that is a text as it is', () => {
  expect(field('id', { type: 'string' })).toEqual({ type: 'string' });
});

it('describeFields bounds a name', () => {
  expect(field('actor_username', { type: 'string' })).toMatchObject({ maxLength: 50 });
});

it('describeFields keeps what a class says of a field', () => {
  expect(field('retry', { type: 'number', minimum: 2_000 })).toMatchObject({ minimum: 2_000 });
});

it('describeFields requires a field without a default', () => {
  expect(complete('text', { type: 'string' }).required).toEqual(['text']);
});

it('describeFields does not require a field with a default, be it empty', () => {
  expect(complete('text', { type: 'string', default: '' }).required).toEqual([]);
});
