import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { IsEmailAddress, IsQueryInteger, IsText } from './validation.js';

class Fields {
  @IsText(2, 4)
  text = 'good';

  @IsText(0, 4, { blank: true })
  blank = '';

  @IsQueryInteger(1, 20)
  size: unknown = 5;

  @IsEmailAddress()
  email = 'a@example.test';
}

/** The messages about one field. */
function messages(fields: Record<string, unknown>): string[] {
  return validateSync(plainToInstance(Fields, fields)).flatMap(({ constraints }) =>
    Object.values(constraints!),
  );
}

it.each(['ab', 'abcd', '😀😀😀😀', ' a', '가나'])('IsText accepts %j', (text) => {
  expect(messages({ text })).toEqual([]);
});

it.each(['', 'a', 'abcde', '😀', '  ', '\u3000\n', 'a\0', '\ud800a', 12, null, ['ab'], {}])(
  'IsText refuses %j, and names the field',
  (text) => {
    expect(messages({ text })).toEqual([
      'text must be non-blank text of 2 to 4 characters without NUL',
    ]);
  },
);

it.each(['', '  ', '\n'])('IsText accepts %j where blank text is allowed', (blank) => {
  expect(messages({ blank })).toEqual([]);
});

it.each(['1', '20', '007'])('IsQueryInteger accepts %j', (size) => {
  expect(messages({ size })).toEqual([]);
});

it('IsQueryInteger makes a number of the text', () => {
  expect(plainToInstance(Fields, { size: '7' }).size).toBe(7);
});

it.each(['0', '21', '', '1.5', '1e1', ' 1', '+1', '-1', '0x1', 'one', ['1', '2'], '9'.repeat(30)])(
  'IsQueryInteger refuses %j',
  (size) => {
    expect(messages({ size })).not.toEqual([]);
  },
);

it.each(['a@example.test', 'a.b+c@sub.example.test', '홍@example.test'])(
  'IsEmailAddress accepts %s',
  (email) => {
    expect(messages({ email })).toEqual([]);
  },
);

it.each([
  'a',
  'a@b',
  'a@b.',
  'a b@example.test',
  'a@ex\ud800ample.test',
  `${'a'.repeat(250)}@b.test`,
  1,
  null,
])('IsEmailAddress refuses %j, and names the field', (email) => {
  expect(messages({ email })).toEqual([
    'email must be an e-mail address of at most 254 characters',
  ]);
});
