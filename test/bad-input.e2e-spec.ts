import { STATUS_CODES } from 'node:http';
import { gzipSync } from 'node:zlib';
import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { contents } from './support/contents.js';

let board: TestApp;
let person: Person;
let question: number;
let answer: number;
beforeAll(async () => {
  board = await startApp();
  person = await board.person();
  question = await board.ask(person);
  answer = await board.answer(person, question);
  await board.idle();
});
afterAll(() => board.stop());

interface Sent {
  body?: unknown;
  headers?: Record<string, string>;
}

/** What came back, with several messages in one text, and whether anything was stored. */
async function send(method: string, path: string, { body, headers = {} }: Sent = {}) {
  const before = await contents(board.database);
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(board.url + path, {
    method,
    headers: {
      authorization: `Bearer ${person.token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
  });
  const answered = (await response.json()) as { message: string | string[] };
  const after = await contents(board.database);
  return {
    status: response.status,
    body: { ...answered, message: [answered.message].flat().join('; ') },
    isUnchanged: JSON.stringify(after) === JSON.stringify(before),
  };
}

/** @param said part of the message, the name of the field where there is one */
const refusal = (status: number, said: string) => ({
  status,
  body: {
    statusCode: status,
    message: expect.stringContaining(said) as string,
    error: STATUS_CODES[status],
  },
  isUnchanged: true,
});

/** `:question` and `:answer` become ids of what exists. */
const at = (path: string): string =>
  path.replace(':question', String(question)).replace(':answer', String(answer));

describe('ids in the path', () => {
  const routes: [string, string, object?][] = [
    ['GET', '/api/question/:id'],
    ['PUT', '/api/question/:id', { subject: 'a', content: 'b' }],
    ['DELETE', '/api/question/:id'],
    ['POST', '/api/question/:id/vote'],
    ['DELETE', '/api/question/:id/vote'],
    ['POST', '/api/question/:id/answer', { content: 'b' }],
    ['GET', '/api/answer/:id'],
    ['PUT', '/api/answer/:id', { content: 'b' }],
    ['DELETE', '/api/answer/:id'],
    ['POST', '/api/answer/:id/vote'],
    ['DELETE', '/api/answer/:id/vote'],
  ];
  const ids: [string, string][] = [
    ['is negative', '-1'],
    ['is zero', '0'],
    ['is just too large', '2147483648'],
    ['is huge', '99999999999999'],
    ['is beyond every number', '9'.repeat(400)],
    ['is a fraction', '1.5'],
    ['has an exponent', '1e0'],
    ['is hexadecimal', '0x1'],
    ['is padded with a zero', '01'],
    ['is padded with a space', '%201'],
    ['has a sign', '%2B1'],
    ['is text', 'abc'],
    ['is NUL', '%00'],
    ['ends in NUL', '1%00'],
    ['is in other digits', encodeURIComponent('١')],
    ['is SQL', encodeURIComponent('1 OR 1=1')],
  ];

  it.each(ids)('an id in the path that %s is refused everywhere', async (_, id) => {
    const replies = [];
    for (const [method, path, body] of routes) {
      replies.push(await send(method, path.replace(':id', id), { body }));
    }
    expect(replies).toEqual(routes.map(() => refusal(400, 'id must be an integer from 1')));
  });

  it.each(['%zz', '%', '%E0%A4'])(
    'an id in the path that is encoded badly is refused: %s',
    async (id) => {
      expect(await send('GET', `/api/question/${id}`)).toEqual(refusal(400, id));
    },
  );
});

describe('queries', () => {
  const pages: [string, string][] = [
    ['page=-1', 'page'],
    ['page=abc', 'page'],
    ['page=1.5', 'page'],
    ['page=1e3', 'page'],
    ['page=', 'page'],
    ['page', 'page'],
    ['page=%00', 'page'],
    ['page=%zz', 'page'],
    ['page=99999999999999999999', 'page'],
    ['page=0&page=1', 'page'],
    ['page[]=1', 'page'],
    ['page[x]=1', 'page'],
    ['size=0', 'size'],
    ['size=101', 'size'],
    ['size=abc', 'size'],
    ['size=-5', 'size'],
    ['size=5&size=6', 'size'],
    ['unknown=1', 'unknown'],
    ['__proto__=1', '__proto__'],
    ['constructor=1', 'constructor'],
  ];

  it.each(pages)('a query of the question list is refused: %s', async (query, field) => {
    expect(await send('GET', `/api/question/list?${query}`)).toEqual(refusal(400, field));
  });

  it.each([
    ['with NUL', 'keyword=%00', 'keyword'],
    ['given twice', 'keyword=a&keyword=b', 'keyword'],
    ['that is too long', `keyword=${'k'.repeat(201)}`, 'keyword'],
    ['in brackets', 'keyword[$ne]=a', 'keyword'],
  ])('a query of the question list is refused for a keyword %s', async (_, query, field) => {
    expect(await send('GET', `/api/question/list?${query}`)).toEqual(refusal(400, field));
  });

  it.each([
    ...pages,
    ['before=0', 'before'],
    ['before=-1', 'before'],
    ['before=2147483648', 'before'],
    ['before=1.5', 'before'],
    ['before=abc', 'before'],
    ['before=', 'before'],
    ['before=1&before=2', 'before'],
    ['page=0&before=1', 'before'],
    ['keyword=a', 'keyword'],
  ])('a query of the notification list is refused: %s', async (query, field) => {
    expect(await send('GET', `/api/notification/list?${query}`)).toEqual(refusal(400, field));
  });
});

/** Every route with a body, and a good one. */
const ROUTES: [string, string, Record<string, unknown>][] = [
  [
    'POST',
    '/api/user/signup',
    { username: 'bad-input', email: 'bad@example.test', password: 'correct horse', locale: 'en' },
  ],
  ['POST', '/api/user/login', { username: 'bad-input', password: 'correct horse' }],
  ['PUT', '/api/user/password', { old_password: 'correct horse', new_password: 'battery staple' }],
  ['PUT', '/api/user/me', { locale: 'en' }],
  ['POST', '/api/question', { subject: 'a', content: 'b' }],
  ['PUT', '/api/question/:question', { subject: 'a', content: 'b' }],
  ['POST', '/api/question/:question/answer', { content: 'b' }],
  ['PUT', '/api/answer/:answer', { content: 'b' }],
  ['PUT', '/api/notification/read', { notification_ids: [1] }],
];
const FIELDS = ROUTES.flatMap(([method, path, body]) =>
  Object.keys(body).map((field): [string, string, string, object] => [method, path, field, body]),
);
const REQUIRED = FIELDS.filter(
  ([, path, field]) => !(path.endsWith('signup') && field === 'locale'),
);

describe('fields of a body', () => {
  const values: [string, unknown][] = [
    ['null', null],
    ['a number', 12_345_678],
    ['true', true],
    ['an object', { length: 10 }],
    ['an empty list', []],
    ['a list of text', ['correct horse']],
    ['empty text', ''],
    ['text with NUL', 'correct\0horse'],
    ['half of a pair of characters', 'correct horse \ud800'],
  ];

  it.each(FIELDS)(
    'a field of a body is refused when its value has another type: %s %s, %s',
    async (method, path, field, body) => {
      const replies = [];
      for (const [, value] of values) {
        replies.push(await send(method, at(path), { body: { ...body, [field]: value } }));
      }
      expect(replies).toEqual(values.map(() => refusal(400, field)));
    },
  );

  it.each(REQUIRED)(
    'a body that lacks a required field is refused: %s %s, %s',
    async (method, path, field, body) => {
      const rest = Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));
      expect(await send(method, at(path), { body: rest })).toEqual(refusal(400, field));
    },
  );

  it.each([
    ['subject', { subject: 's'.repeat(201), content: 'b' }],
    ['content', { subject: 'a', content: 'c'.repeat(20_001) }],
    ['subject', { subject: ' \t\n\u3000', content: 'b' }],
    ['content', { subject: 'a', content: '\r\n' }],
  ])('a field of a question is refused when it is too long or blank: %s', async (field, body) => {
    expect(await send('POST', '/api/question', { body })).toEqual(refusal(400, field));
  });

  it.each([
    ['too long', 'c'.repeat(20_001)],
    ['blank', '   '],
  ])('the content of an answer is refused when it is %s', async (_, content) => {
    const path = at('/api/question/:question/answer');
    expect(await send('POST', path, { body: { content } })).toEqual(refusal(400, 'content'));
  });

  it.each([
    ['a password that is too short', 'password', '1234567'],
    ['a password that is too long', 'password', 'p'.repeat(129)],
    ['an address without a domain', 'email', 'nobody'],
    ['an address with a name', 'email', 'A <a@example.test>'],
    ['an address with a line', 'email', 'a@example.test\nBcc: b@example.test'],
    ['an address that is too long', 'email', `${'a'.repeat(64)}@${'b.'.repeat(100)}test`],
    ['an address with half of a pair', 'email', 'a@ex\ud800ample.test'],
    ['a language that is not known', 'locale', 'fr'],
    ['a language in capitals', 'locale', 'KO'],
  ])('a sign-up is refused for %s', async (_, field, value) => {
    const body = { ...ROUTES[0]![2], [field]: value };
    expect(await send('POST', '/api/user/signup', { body })).toEqual(refusal(400, field));
  });

  it.each([
    ['none', []],
    ['501', Array.from({ length: 501 }, (_, index) => index + 1)],
    ['a fraction', [1.5]],
    ['text', ['1']],
    ['zero', [0]],
    ['a negative one', [-1]],
    ['one that is too large', [2_147_483_648]],
    ['null', [null]],
    ['a list', [[1]]],
    ['an object', [{ id: 1 }]],
    ['a good one and a bad one', [1, 'x']],
  ])('a list of ids to mark as read is refused when it holds %s', async (_, notification_ids) => {
    const reply = await send('PUT', '/api/notification/read', { body: { notification_ids } });
    expect(reply).toEqual(refusal(400, 'notification_ids'));
  });
});

describe('bodies', () => {
  it.each(ROUTES)('a body with an unknown field is refused: %s %s', async (method, path, body) => {
    const reply = await send(method, at(path), { body: { ...body, is_admin: true } });
    expect(reply).toEqual(refusal(400, 'is_admin'));
  });

  it.each(ROUTES)('a body that is a list is refused: %s %s', async (method, path, body) => {
    expect(await send(method, at(path), { body: [body] })).toEqual(refusal(400, 'array'));
  });

  it.each(ROUTES)('a missing body is refused: %s %s', async (method, path, body) => {
    const [field] = Object.keys(body);
    expect(await send(method, at(path))).toEqual(refusal(400, field!));
  });

  const ask = (body: unknown, headers: Record<string, string> = {}) =>
    send('POST', '/api/question', { body, headers });

  it.each([
    ['that breaks off', '{"subject":'],
    ['with a comma too many', '{"subject":"a","content":"b",}'],
    ['in single quotes', `{'subject':'a','content':'b'}`],
    ['with a raw line break in a text', '{"subject":"a\n","content":"b"}'],
    ['that is null', 'null'],
    ['that is text', '"text"'],
    ['that is a number', '1'],
    ['of two objects', '{"subject":"a","content":"b"}{}'],
  ])('a body %s is refused', async (_, body) => {
    expect(await ask(body)).toEqual(refusal(400, 'JSON'));
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'a body with a field called %s is refused',
    async (name) => {
      const body = `{"subject":"a","content":"b","${name}":{"isPolluted":true}}`;
      expect(await ask(body)).toEqual(refusal(400, name));
    },
  );

  it('no body can add a field to every object', async () => {
    await ask('{"subject":"a","content":"b","__proto__":{"isPolluted":true}}');
    await ask('{"subject":{"__proto__":{"isPolluted":true}},"content":"b"}');
    await ask('{"constructor":{"prototype":{"isPolluted":true}}}');
    expect({}).not.toHaveProperty('isPolluted');
  });

  it.each([
    ['of lists', `{"subject":${'['.repeat(45_000)}${']'.repeat(45_000)},"content":"b"}`],
    ['of objects', `{"subject":${'{"a":'.repeat(16_000)}1${'}'.repeat(16_000)},"content":"b"}`],
  ])('a body with a deep nest %s is refused', async (_, body) => {
    expect(await ask(body)).toEqual(refusal(400, 'subject'));
  });

  it('a body that is nested deeply below an unknown field is refused', async () => {
    const nest = `${'['.repeat(45_000)}${']'.repeat(45_000)}`;
    expect(await ask(`{"subject":"a","content":"b","x":${nest}}`)).toEqual(refusal(400, 'x'));
  });

  it('a body of 20,000 characters that its client has escaped is accepted', async () => {
    const content = '\\ud83d\\ude00'.repeat(10_000) + '\\uac00'.repeat(10_000);
    expect(await ask(`{"subject":"a","content":"${content}"}`)).toMatchObject({ status: 201 });
  });

  it.each([
    ['of more than 256 kB', JSON.stringify({ subject: 'a', content: 'c'.repeat(262_144) }), {}],
    [
      'of more than 256 kB once it is unpacked',
      gzipSync(JSON.stringify({ subject: 'a', content: 'c'.repeat(1_000_000) })),
      { 'content-encoding': 'gzip' },
    ],
  ])('a body %s is too large', async (_, body, headers) => {
    expect(await ask(body, headers)).toEqual(refusal(413, 'too large'));
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'json',
  ])('a body of type %s is refused', async (type) => {
    const reply = await ask('{"subject":"a","content":"b"}', { 'content-type': type });
    expect(reply).toEqual(refusal(415, 'application/json'));
  });

  it.each(['utf-16', 'iso-8859-1', 'nonsense'])(
    'a body in the charset %s is refused',
    async (charset) => {
      const headers = { 'content-type': `application/json; charset=${charset}` };
      expect(await ask('{"subject":"a","content":"b"}', headers)).toEqual(refusal(415, 'charset'));
    },
  );

  it('a body in an unknown encoding is refused', async () => {
    const reply = await ask('{"subject":"a","content":"b"}', { 'content-encoding': 'rot13' });
    expect(reply).toEqual(refusal(415, 'encoding'));
  });

  it('a body that says gzip and is not packed is refused', async () => {
    const reply = await ask('{"subject":"a","content":"b"}', { 'content-encoding': 'gzip' });
    expect(reply).toEqual(refusal(400, ''));
  });

  it('a body whose bytes are not UTF-8 is refused', async () => {
    const body = Buffer.from('{"subject":"caf\xe9","content":"b"}', 'latin1');
    expect(await ask(body)).toEqual(refusal(400, 'UTF-8'));
  });

  const good = '{"subject":"a","content":"b"}';
  it.each([
    ['with a byte order mark', `\uFEFF${good}`, {}],
    ['packed by gzip', gzipSync(good), { 'content-encoding': 'gzip' }],
    ['that names its charset', good, { 'content-type': 'application/json; charset=UTF-8' }],
    ['with spaces around it', ` \r\n${good}\n`, {}],
  ])('a body %s is accepted', async (_, body, headers) => {
    const { status } = await ask(body, headers);
    expect(status).toBe(201);
  });
});

it.each([
  ['GET', '/api/nowhere'],
  ['POST', '/api/nowhere'],
  ['GET', '/api/question/1/nowhere'],
  ['GET', '/api/question//list'],
  ['PATCH', '/api/question/1'],
  ['DELETE', '/api/notification/list'],
  ['POST', '/api/question/list'],
  ['GET', '/api/user/signup'],
  ['GET', '/api/..%2f..%2fetc%2fpasswd'],
  ['GET', '/%zz'],
])('a route that does not exist answers 404 like any other: %s %s', async (method, path) => {
  expect(await send(method, path)).toEqual(refusal(404, `Cannot ${method}`));
});

it.each([
  ['/api/question/list', 200],
  ['/api/nowhere', 404],
  ['/api/question/0', 400],
])('a route answers HEAD as GET, without a body: %s', async (path, status) => {
  const reply = await fetch(board.url + path, { method: 'HEAD' });
  expect([reply.status, await reply.text()]).toEqual([status, '']);
});

it('CORS allows no origin by default', async () => {
  const headers = { origin: 'https://other.example', 'access-control-request-method': 'POST' };
  const reply = await board.call('OPTIONS', '/api/question', { headers });
  expect([reply.status < 500, reply.headers.get('access-control-allow-origin')]).toEqual([
    true,
    null,
  ]);
});

it('CORS allows the origins that are named', async () => {
  const origin = 'https://board.example';
  const open = await startApp({ CORS_ORIGINS: origin });
  const headers = { origin, 'access-control-request-method': 'POST' };
  const reply = await open.call('OPTIONS', '/api/question', { headers });
  await open.stop();
  expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
});
