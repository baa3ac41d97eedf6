import { createHmac } from 'node:crypto';
import { JWT_SECRET, startApp, type TestApp } from './support/app.js';
import { type Person, signToken } from './support/board.js';
import { closeStreams } from './support/event-stream.js';

const now = Math.floor(Date.now() / 1000);

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

const good = (id: number) => ({ sub: String(id), username: 'whoever', iat: now, exp: now + 600 });

function sha512(claims: object): string {
  const signed = `${encode({ alg: 'HS512', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha512', JWT_SECRET).update(signed).digest('base64url')}`;
}

/** What is wrong with it, and the token; ids are those of somebody who exists. */
const BAD: [string, (id: number) => string][] = [
  ['that is garbage', () => 'garbage'],
  ['of three parts of garbage', () => 'e30.e30.e30'],
  ['that is empty', () => ''],
  ['with "alg": "none"', (id) => `${encode({ alg: 'none', typ: 'JWT' })}.${encode(good(id))}.`],
  ['signed with HS512', (id) => sha512(good(id))],
  [
    'that says HS512 and is signed with HS256',
    (id) => signToken(good(id), JWT_SECRET, { alg: 'HS512' }),
  ],
  [
    'signed with another secret',
    (id) => signToken(good(id), 'another secret of sufficient length'),
  ],
  ['whose signature was cut off', (id) => signToken(good(id), JWT_SECRET).replace(/[^.]+$/, '')],
  [
    'whose claims were changed',
    (id) => signToken(good(id + 1), JWT_SECRET).replace(/\.[^.]+\./, `.${encode(good(id))}.`),
  ],
  ['that has expired', (id) => signToken({ ...good(id), exp: now - 1 }, JWT_SECRET)],
  ['that is not valid yet', (id) => signToken({ ...good(id), nbf: now + 60 }, JWT_SECRET)],
  ['for an audience', (id) => signToken({ ...good(id), aud: 'other' }, JWT_SECRET)],
  ['for several audiences', (id) => signToken({ ...good(id), aud: ['stream'] }, JWT_SECRET)],
  ['for an audience without a name', (id) => signToken({ ...good(id), aud: '' }, JWT_SECRET)],
  ['without exp', (id) => signToken({ ...good(id), exp: undefined }, JWT_SECRET)],
  ['whose exp is text', (id) => signToken({ ...good(id), exp: `${now + 600}` }, JWT_SECRET)],
  ['without iat', (id) => signToken({ ...good(id), iat: undefined }, JWT_SECRET)],
  [
    'whose times are in milliseconds',
    (id) => signToken({ ...good(id), iat: now * 1000, exp: now * 1001 }, JWT_SECRET),
  ],
  ['without sub', (id) => signToken({ ...good(id), sub: undefined }, JWT_SECRET)],
  ['whose sub is a number', (id) => signToken({ ...good(id), sub: id }, JWT_SECRET)],
  ['whose sub is a list', (id) => signToken({ ...good(id), sub: [String(id)] }, JWT_SECRET)],
  ['whose sub is a name', (id) => signToken({ ...good(id), sub: 'userA' }, JWT_SECRET)],
  ['whose sub is zero', (id) => signToken({ ...good(id), sub: '0' }, JWT_SECRET)],
  ['whose sub is negative', (id) => signToken({ ...good(id), sub: `-${id}` }, JWT_SECRET)],
  ['whose sub is padded', (id) => signToken({ ...good(id), sub: `0${id}` }, JWT_SECRET)],
  ['whose sub is a fraction', (id) => signToken({ ...good(id), sub: `${id}.0` }, JWT_SECRET)],
  [
    'whose sub is too large for an id',
    (id) => signToken({ ...good(id), sub: '2147483648' }, JWT_SECRET),
  ],
  ['whose sub is nobody', (id) => signToken({ ...good(id), sub: '2147483647' }, JWT_SECRET)],
];

describe('tokens', () => {
  let board: TestApp;
  let person: Person;
  let question: number;
  beforeAll(async () => {
    board = await startApp();
    person = await board.person();
    question = await board.ask(person);
  });
  afterAll(() => board.stop());
  afterEach(closeStreams);

  it.each(BAD)('%s opens no protected route', async (_, make) => {
    const reply = await board.call('GET', '/api/user/me', {
      as: { ...person, token: make(person.id) },
    });
    expect([reply.status, reply.body]).toEqual([
      401,
      { statusCode: 401, message: 'A valid access token is needed', error: 'Unauthorized' },
    ]);
  });

  it.each(BAD)('%s opens no stream', async (_, make) => {
    const stream = await board.stream({ ...person, token: make(person.id) });
    expect(stream.status).toBe(401);
  });

  it('a token of a deleted user opens no protected route', async () => {
    const gone = await board.person();
    await board.database.query('DELETE FROM users WHERE id = $1', [gone.id]);
    expect((await board.call('GET', '/api/user/me', { as: gone })).status).toBe(401);
  });

  it('a token of a deleted user opens no stream', async () => {
    const gone = await board.person();
    await board.database.query('DELETE FROM users WHERE id = $1', [gone.id]);
    expect((await board.stream(gone)).status).toBe(401);
  });

  it.each([
    ['POST', '/api/user/renew'],
    ['POST', '/api/user/logout'],
    ['PUT', '/api/user/password'],
    ['GET', '/api/user/me'],
    ['PUT', '/api/user/me'],
    ['POST', '/api/question'],
    ['PUT', '/api/question/1'],
    ['DELETE', '/api/question/1'],
    ['POST', '/api/question/1/vote'],
    ['DELETE', '/api/question/1/vote'],
    ['POST', '/api/question/1/answer'],
    ['PUT', '/api/answer/1'],
    ['DELETE', '/api/answer/1'],
    ['POST', '/api/answer/1/vote'],
    ['DELETE', '/api/answer/1/vote'],
    ['GET', '/api/notification/list'],
    ['PUT', '/api/notification/read'],
    ['PUT', '/api/notification/read-all'],
    ['POST', '/api/notification/stream-token'],
    ['GET', '/api/notification/stream'],
  ])('a token is needed for %s %s', async (method, path) => {
    const { status, headers } = await board.call(method, path);
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  it.each([
    ['the question list', () => '/api/question/list'],
    ['a question', () => `/api/question/${question}`],
    ['liveness', () => '/health/live'],
    ['readiness', () => '/health/ready'],
    ['the documentation', () => '/api/docs'],
    ['the OpenAPI document', () => '/api/docs-json'],
  ])('a token is not needed for %s', async (_, path) => {
    expect((await board.call('GET', path())).status).toBe(200);
  });

  it('a token is not needed to read an answer', async () => {
    const answer = await board.answer(person, question);
    expect((await board.call('GET', `/api/answer/${answer}`)).status).toBe(200);
  });

  it.each([
    ['another scheme', (token: string) => `Basic ${token}`],
    ['no scheme', (token: string) => token],
    ['no token', () => 'Bearer'],
    ['two tokens', (token: string) => `Bearer ${token} ${token}`],
  ])('a token in a header of %s is refused', async (_, header) => {
    const headers = { authorization: header(person.token) };
    expect((await board.call('GET', '/api/user/me', { headers })).status).toBe(401);
  });

  it('a token is accepted whatever the case of its scheme', async () => {
    const headers = { authorization: `bearer ${person.token}` };
    expect((await board.call('GET', '/api/user/me', { headers })).status).toBe(200);
  });

  it('a token in the query opens a stream alone', async () => {
    const path = `/api/notification/list?token=${person.token}`;
    expect((await board.call('GET', path)).status).toBe(401);
  });

  it('two tokens in the query open no stream', async () => {
    const stream = await board.stream(person, { query: `&token=${person.token}` });
    expect(stream.status).toBe(401);
  });

  it('a public read with an invalid token is refused', async () => {
    const as = { ...person, token: 'garbage' };
    expect((await board.call('GET', '/api/question/list', { as })).status).toBe(401);
  });

  it('a token does not set the name of its user', async () => {
    const as = { ...person, token: board.token(person.id, { username: 'somebody else' }) };
    expect(await board.must('GET', '/api/user/me', { as })).toMatchObject({
      username: person.username,
    });
  });

  it('a token may carry unknown claims', async () => {
    const as = { ...person, token: board.token(person.id, { role: 'admin', jti: '1' }) };
    expect((await board.call('GET', '/api/user/me', { as })).status).toBe(200);
  });

  it('a token that was accepted before is refused once it has expired', async () => {
    const exp = Math.floor(Date.now() / 1000) + 2;
    const as = { ...person, token: board.token(person.id, { exp }) };
    const status = async () => (await board.call('GET', '/api/user/me', { as })).status;
    const statuses = [await status()];
    while (statuses.at(-1) === 200 && Date.now() / 1000 < exp + 5) statuses.push(await status());
    expect([statuses[0], statuses.at(-1)]).toEqual([200, 401]);
  });
});
