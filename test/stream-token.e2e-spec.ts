import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { closeStreams, EventStream } from './support/event-stream.js';

interface Granted {
  stream_token: string;
  expires_in: number;
}

let board: TestApp;
let user: Person;
beforeAll(async () => {
  board = await startApp({ STREAM_TOKEN_TTL_SECONDS: '40' });
});
afterAll(() => board.stop());
beforeEach(async () => {
  user = await board.person();
});
afterEach(closeStreams);

const now = () => Math.floor(Date.now() / 1000);

const grant = (as: Person): Promise<Granted> =>
  board.must('POST', '/api/notification/stream-token', { as });

/** The same person, who shows a stream token instead. */
async function withStreamToken(as: Person): Promise<Person> {
  return { ...as, token: (await grant(as)).stream_token };
}

/** As an access token of that age would have been given it, so that nothing has to be waited for. */
const minted = (claims: object): Person => ({
  ...user,
  token: board.token(user.id, { aud: 'stream', stream_exp: now() + 600, ...claims }),
});

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

it('a stream token is given for an access token, with its time in seconds', async () => {
  const { status, body } = await board.call('POST', '/api/notification/stream-token', {
    as: user,
  });
  expect([status, body]).toEqual([
    201,
    { stream_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string, expires_in: 40 },
  ]);
});

it('a stream token names its user and its purpose, and no username', async () => {
  const claims = claimsOf((await grant(user)).stream_token);
  expect(claims).toEqual({
    aud: 'stream',
    sub: String(user.id),
    iat: expect.any(Number) as number,
    exp: expect.any(Number) as number,
    stream_exp: expect.any(Number) as number,
  });
});

it('a stream token ends with the access token that asked for it, at the latest', async () => {
  const exp = now() + 7;
  const { stream_token, expires_in } = await grant({
    ...user,
    token: board.token(user.id, { exp }),
  });
  expect([claimsOf(stream_token)['exp'], expires_in <= 7]).toEqual([exp, true]);
});

it('a stream token opens streams, as often as wanted', async () => {
  const as = await withStreamToken(user);
  const streams = [await board.stream(as), await board.stream(as)];
  const ids = [];
  for (const stream of streams) ids.push((await stream.next('connected')).data['user_id']);
  expect(ids).toEqual([user.id, user.id]);
});

it('a stream token opens a stream from the header, too', async () => {
  const { token } = await withStreamToken(user);
  const stream = await EventStream.open(`${board.url}/api/notification/stream`, {
    authorization: `Bearer ${token}`,
  });
  expect(stream.status).toBe(200);
});

it('a stream token opens no stream once it has expired, although the access token has not', async () => {
  expect((await board.stream(minted({ exp: now() - 1 }))).status).toBe(401);
});

it('a stream token opens no stream once it has expired, also for one that reconnects', async () => {
  const stream = await board.stream(minted({ exp: now() - 1 }), { lastEventId: '0' });
  expect(stream.status).toBe(401);
});

it.each([
  ['without exp', { exp: undefined }],
  ['for another audience as well', { aud: ['stream', 'other'] }],
  ['whose stream ends at no time', { stream_exp: 'later' }],
])('%s is not accepted as a stream token', async (_, claims) => {
  expect((await board.stream(minted(claims))).status).toBe(401);
});

it('a stream token opens a stream that outlives it, and ends with "expired" when the access token does', async () => {
  const end = now() + 4;
  const stream = await board.stream(minted({ exp: end - 2, stream_exp: end }));
  await stream.ended;
  expect([stream.frames.map(({ event }) => event), now() >= end]).toEqual([
    ['connected', 'expired'],
    true,
  ]);
});

it('a stream token is revoked by a log-out, although it would open streams for longer', async () => {
  const as = await withStreamToken(user);
  await board.must('POST', '/api/user/logout', { as: user });
  expect((await board.stream(as)).status).toBe(401);
});

it('a stream token from an access token that was revoked elsewhere is revoked, too', async () => {
  const old = { ...user, token: board.token(user.id, { iat: now() - 100 }) };
  await board.must('GET', '/api/user/me', { as: old });
  await board.database.query('UPDATE users SET tokens_revoked_before = $2 WHERE id = $1', [
    user.id,
    now() - 50,
  ]);
  // This instance has not noticed yet.
  const as = await withStreamToken(old);
  const stream = await board.stream(as);
  await stream.ended;
  expect(stream.isOpen).toBe(false);
});

it('a stream token opens a stream that ends at the log-out', async () => {
  const stream = await board.stream(await withStreamToken(user));
  await stream.next('connected');
  await board.must('POST', '/api/user/logout', { as: user });
  await stream.ended;
  expect(stream.frames.map(({ event }) => event)).toEqual(['connected']);
});

it.each([
  ['GET', '/api/user/me'],
  ['POST', '/api/user/renew'],
  ['POST', '/api/notification/stream-token'],
  ['GET', '/api/notification/list'],
  ['GET', '/api/question/list'],
])('a stream token opens no other route: %s %s', async (method, path) => {
  const as = await withStreamToken(user);
  expect((await board.call(method, path, { as })).status).toBe(401);
});

describe('STREAM_ACCESS_TOKEN=off', () => {
  let strict: TestApp;
  let person: Person;
  beforeAll(async () => {
    strict = await startApp({ STREAM_ACCESS_TOKEN: 'off' });
    person = await strict.person();
  });
  afterAll(() => strict.stop());

  it('an access token in the query opens no stream when STREAM_ACCESS_TOKEN is off', async () => {
    expect((await strict.stream(person)).status).toBe(401);
  });

  it('an access token in the header opens a stream when STREAM_ACCESS_TOKEN is off', async () => {
    const authorization = `Bearer ${person.token}`;
    const path = `${strict.url}/api/notification/stream`;
    expect((await EventStream.open(path, { authorization })).status).toBe(200);
  });

  it('a stream token in the query opens a stream when STREAM_ACCESS_TOKEN is off', async () => {
    const path = '/api/notification/stream-token';
    const { stream_token } = await strict.must<Granted>('POST', path, { as: person });
    expect((await strict.stream({ ...person, token: stream_token })).status).toBe(200);
  });
});
