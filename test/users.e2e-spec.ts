import { startApp, type TestApp } from './support/app.js';
import { type Account, type Grant, logIn, newcomer } from './support/account.js';
import { PASSWORD, signUp, tryLogIn } from './support/account.js';
import type { Person } from './support/board.js';
import { contents } from './support/contents.js';
import { closeStreams } from './support/event-stream.js';

let board: TestApp;
beforeAll(async () => {
  board = await startApp();
});
afterAll(() => board.stop());

const signUpAs = (fields: object) =>
  board.call<Account>('POST', '/api/user/signup', { body: { ...newcomer(), ...fields } });

const statusOfMe = async (as: Person): Promise<number> =>
  (await board.call('GET', '/api/user/me', { as })).status;

function claimsOf(token: string): Record<string, unknown> {
  const text = Buffer.from(token.split('.')[1]!, 'base64url').toString();
  return JSON.parse(text) as Record<string, unknown>;
}

const now = (): number => Math.floor(Date.now() / 1000);

it('signing up answers with the account, and nothing else', async () => {
  const body = { ...newcomer(), locale: 'en' };
  const reply = await board.call('POST', '/api/user/signup', { body });
  expect([reply.status, reply.body]).toEqual([
    201,
    {
      id: expect.any(Number),
      username: body.username,
      email: body.email,
      locale: 'en',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    },
  ]);
});

it('signing up without a language chooses Korean', async () => {
  expect((await signUp(board)).locale).toBe('ko');
});

it.each([
  ['of two letters', 'ab'],
  ['of thirty letters', 'a'.repeat(30)],
  ['of thirty letters beyond the first plane', '𐐀'.repeat(30)],
  ['in Korean', '홍길동'],
  ['in Arabic', 'محمد'],
  ['in Hindi, with marks', 'हिन्दी'],
  ['in Thai, with marks', 'ผู้ใช้'],
  ['with digits, a line and a dash', 'user_1-２'],
])('signing up accepts a name %s', async (_, username) => {
  const { status, body } = await signUpAs({ username });
  expect([status, body.username]).toEqual([201, username]);
});

it.each([
  ['of one letter', 'a'],
  ['of thirty-one letters', 'a'.repeat(31)],
  ['with a space', 'a b'],
  ['with a tag', '<b>bold'],
  ['with an emoji', 'cat😀'],
  ['with an invisible character', 'ad\u200Bmin'],
  ['that reads from right to left by force', 'nimda\u202E'],
  ['that begins with a mark', '\u0301ab'],
  ['of thirty letters that are stored as sixty', '\u0958'.repeat(30)],
])('signing up refuses a name %s', async (_, username) => {
  const { status, body } = await signUpAs({ username });
  expect([status, body]).toMatchObject([400, { message: [expect.stringContaining('username')] }]);
});

it('signing up treats two spellings of one name as the same', async () => {
  await signUp(board, { username: 'José'.normalize('NFD') });
  const { status } = await signUpAs({ username: 'José'.normalize('NFC') });
  expect(status).toBe(409);
});

it.each(['username', 'email'] as const)('signing up refuses a taken %s', async (field) => {
  const taken = (await signUp(board))[field];
  const { status, body } = await signUpAs({ [field]: taken });
  expect([status, body]).toEqual([
    409,
    { statusCode: 409, message: `${field} is taken`, error: 'Conflict' },
  ]);
});

it('signing up at the same instant gives a name to one user', async () => {
  const { username } = newcomer();
  const replies = await Promise.all([1, 2, 3, 4].map(() => signUpAs({ username })));
  expect(countOf(201, replies)).toBe(1);
});

it('signing up stores the password as argon2id', async () => {
  const { id } = await signUp(board);
  const [row] = await board.database.query<{ password_hash: string }>(
    'SELECT password_hash FROM users WHERE id = $1',
    [id],
  );
  expect(row!.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

it('signing up leaves the password nowhere in the table', async () => {
  const password = 'a password that can be searched for';
  await signUp(board, { password });
  const found = await board.database.query(
    `SELECT FROM users WHERE users::text LIKE '%' || $1 || '%'`,
    [password],
  );
  expect(found).toEqual([]);
});

it('logging in answers with a token, and nothing else', async () => {
  const { username } = await signUp(board);
  const { status, body } = await tryLogIn(board, username);
  expect([status, body]).toEqual([
    200,
    {
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'bearer',
      expires_in: 3600,
      username,
    },
  ]);
});

it('logging in gives a token of the promised claims', async () => {
  const { id, username } = await signUp(board);
  const claims = claimsOf((await tryLogIn(board, username)).body.access_token);
  expect(claims).toMatchObject({
    sub: String(id),
    username,
    exp: (claims['iat'] as number) + 3600,
  });
});

it('logging in gives a token without an audience', async () => {
  const { username } = await signUp(board);
  const claims = claimsOf((await tryLogIn(board, username)).body.access_token);
  expect(claims).not.toHaveProperty('aud');
});

it('logging in finds a name that is composed in another way', async () => {
  await signUp(board, { username: 'Zoë' });
  expect((await tryLogIn(board, 'Zoë'.normalize('NFD'))).status).toBe(200);
});

it('logging in fails for a user without a password', async () => {
  const { username } = await board.person();
  expect((await tryLogIn(board, username, 'none-of-it')).status).toBe(401);
});

it('logging in answers the same to an unknown name and to a wrong password', async () => {
  const { username } = await signUp(board);
  const wrong = await tryLogIn(board, username, 'wrong horse');
  const unknown = await tryLogIn(board, 'nobody', 'wrong horse');
  expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
});

it('logging in takes about as long for an unknown name as for a wrong password', async () => {
  const { username } = await signUp(board);
  const times: { wrong: number[]; unknown: number[] } = { wrong: [], unknown: [] };
  for (let round = 0; round < 11; round += 1) {
    times.wrong.push(await timeOf(() => tryLogIn(board, username, 'wrong horse')));
    times.unknown.push(await timeOf(() => tryLogIn(board, 'nobody', 'wrong horse')));
  }
  const ratio = median(times.unknown) / median(times.wrong);
  // Without the work of a comparison it is below a tenth.
  expect(ratio > 1 / 3 && ratio < 3).toBe(true);
});

it('an account is shown to its owner', async () => {
  const account = await signUp(board);
  const me = await board.must('GET', '/api/user/me', { as: await logIn(board, account) });
  expect(me).toEqual(account);
});

it('an account can change its language', async () => {
  const account = await signUp(board);
  const as = await logIn(board, account);
  const changed = await board.must('PUT', '/api/user/me', { as, body: { locale: 'en' } });
  expect([changed, await board.must('GET', '/api/user/me', { as })]).toEqual([
    { ...account, locale: 'en' },
    { ...account, locale: 'en' },
  ]);
});

it('a change of an account changes no other account', async () => {
  const other = await board.person();
  await board.must('PUT', '/api/user/me', { as: await board.person(), body: { locale: 'en' } });
  expect(await board.must('GET', '/api/user/me', { as: other })).toMatchObject({ locale: 'ko' });
});

it.each([
  ['PUT', '/api/user/me', { locale: 'en' }],
  ['POST', '/api/question', { subject: 'How?', content: 'Like this?' }],
  ['PUT', '/api/user/password', { old_password: PASSWORD, new_password: 'battery staple' }],
  ['POST', '/api/question/1/answer', { content: 'Like that.' }],
  ['POST', '/api/question/1/vote', undefined],
])('an account that was just deleted gets a 401 from %s %s', async (method, path, body) => {
  await board.ask(await board.person());
  const as = await board.person();
  await board.must('GET', '/api/user/me', { as });
  await board.database.query('DELETE FROM users WHERE id = $1', [as.id]);
  expect((await board.call(method, path, { as, body })).status).toBe(401);
});

describe('renewal', () => {
  const renew = (as: Person) => board.call<Grant>('POST', '/api/user/renew', { as });

  it('a renewal gives a token that works', async () => {
    const person = await logIn(board, await signUp(board));
    const { body } = await renew(person);
    expect(await statusOfMe({ ...person, token: body.access_token })).toBe(200);
  });

  it('a renewal answers as the log-in does', async () => {
    const person = await logIn(board, await signUp(board));
    const { status, body } = await renew(person);
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        token_type: 'bearer',
        expires_in: 3600,
        username: person.username,
      },
    ]);
  });

  it('a renewal works for a token of another service', async () => {
    expect((await renew(await board.person())).status).toBe(200);
  });

  it('a renewal leaves the previous token valid', async () => {
    const person = await logIn(board, await signUp(board));
    await renew(person);
    expect(await statusOfMe(person)).toBe(200);
  });

  it('a renewal does not move the day of the log-in', async () => {
    const loggedInAt = now() - 20 * 24 * 3600;
    const person = await board.person();
    const token = board.token(person.id, { auth_time: loggedInAt });
    const { body } = await renew({ ...person, token });
    expect(claimsOf(body.access_token)).toMatchObject({ auth_time: loggedInAt });
  });

  it('a renewal works until thirty days after the log-in', async () => {
    const person = await board.person();
    const token = board.token(person.id, { auth_time: now() - 30 * 24 * 3600 + 60 });
    expect((await renew({ ...person, token })).status).toBe(200);
  });

  it('a renewal is refused more than thirty days after the log-in', async () => {
    const person = await board.person();
    const token = board.token(person.id, { auth_time: now() - 30 * 24 * 3600 - 60 });
    expect((await renew({ ...person, token })).status).toBe(401);
  });

  it('a renewal is refused after a log-out elsewhere that this instance has not noticed', async () => {
    const person = await board.person();
    await board.must('GET', '/api/user/me', { as: person });
    await board.database.query('UPDATE users SET tokens_revoked_before = $2 WHERE id = $1', [
      person.id,
      now() + 1,
    ]);
    expect((await renew(person)).status).toBe(401);
  });
});

describe('log-out', () => {
  const logOut = (as: Person) => board.call('POST', '/api/user/logout', { as });

  it('a log-out answers without a body', async () => {
    const { status, body } = await logOut(await board.person());
    expect([status, body]).toEqual([204, '']);
  });

  it('a log-out revokes every token issued before', async () => {
    const account = await signUp(board);
    const people = [await logIn(board, account), await logIn(board, account)];
    await logOut(people[0]!);
    expect(await Promise.all(people.map(statusOfMe))).toEqual([401, 401]);
  });

  it('a log-out revokes the token of another service', async () => {
    const person = await board.person();
    await logOut(person);
    expect(await statusOfMe(person)).toBe(401);
  });

  it('a log-out revokes a token of a service whose clock is ahead', async () => {
    const person = await board.person();
    const ahead = { ...person, token: board.token(person.id, { iat: now() + 30 }) };
    await logOut(ahead);
    expect(await statusOfMe(ahead)).toBe(401);
  });

  it('a log-out revokes what was renewed before', async () => {
    const person = await board.person();
    const { access_token } = await board.must<Grant>('POST', '/api/user/renew', { as: person });
    await logOut(person);
    expect(await statusOfMe({ ...person, token: access_token })).toBe(401);
  });

  it('a log-in that follows at once on a log-out works', async () => {
    const account = await signUp(board);
    await logOut(await logIn(board, account));
    expect(await statusOfMe(await logIn(board, account))).toBe(200);
  });

  it('a log-out revokes its token however soon it follows on another log-out', async () => {
    const account = await signUp(board);
    const people: Person[] = [];
    for (let round = 0; round < 3; round += 1) {
      const person = await logIn(board, account);
      people.push(person);
      await logOut(person);
    }
    expect(await Promise.all(people.map(statusOfMe))).toEqual([401, 401, 401]);
  });

  it('a log-out leaves other users logged in', async () => {
    const other = await board.person();
    await logOut(await board.person());
    expect(await statusOfMe(other)).toBe(200);
  });

  it('a log-out ends every open stream of the user', async () => {
    const person = await board.person();
    const streams = [await board.stream(person), await board.stream(person)];
    await logOut(person);
    await Promise.all(streams.map(({ ended }) => ended));
    expect(streams.map(({ isOpen }) => isOpen)).toEqual([false, false]);
  });

  it('a log-out leaves the streams of other users open', async () => {
    const stream = await board.stream(await board.person());
    const person = await board.person();
    const own = await board.stream(person);
    await logOut(person);
    await own.ended;
    expect(stream.isOpen).toBe(true);
    closeStreams();
  });
});

describe('change of the password', () => {
  const change = (as: Person, old_password = PASSWORD, new_password = 'battery staple') =>
    board.call<Grant>('PUT', '/api/user/password', { as, body: { old_password, new_password } });

  it('a change of the password makes the new one valid', async () => {
    const account = await signUp(board);
    await change(await logIn(board, account));
    expect((await tryLogIn(board, account.username, 'battery staple')).status).toBe(200);
  });

  it('a change of the password makes the old one invalid', async () => {
    const account = await signUp(board);
    await change(await logIn(board, account));
    expect((await tryLogIn(board, account.username)).status).toBe(401);
  });

  it('a change of the password revokes earlier tokens', async () => {
    const account = await signUp(board);
    const people = [await logIn(board, account), await logIn(board, account)];
    await change(people[0]!);
    expect(await Promise.all(people.map(statusOfMe))).toEqual([401, 401]);
  });

  it('a change of the password answers with a token that works', async () => {
    const person = await logIn(board, await signUp(board));
    const { status, body } = await change(person);
    const again = await statusOfMe({ ...person, token: body.access_token });
    expect([status, again]).toEqual([200, 200]);
  });

  it('a change of the password is refused when the old one is wrong', async () => {
    const person = await logIn(board, await signUp(board));
    const before = await contents(board.database);
    const { status, body } = await change(person, 'wrong horse');
    expect([status, body, await contents(board.database)]).toEqual([
      403,
      { statusCode: 403, message: 'old_password is wrong', error: 'Forbidden' },
      before,
    ]);
  });

  it('a change of the password works for one of those who do it at the same instant', async () => {
    const person = await logIn(board, await signUp(board));
    const replies = await Promise.all([
      change(person, PASSWORD, 'first of both'),
      change(person, PASSWORD, 'second of both'),
    ]);
    expect(countOf(200, replies)).toBe(1);
  });

  it('a change of the password is refused for a token that was revoked elsewhere', async () => {
    const person = await logIn(board, await signUp(board));
    await board.must('GET', '/api/user/me', { as: person });
    await board.database.query('UPDATE users SET tokens_revoked_before = $2 WHERE id = $1', [
      person.id,
      now() + 1,
    ]);
    expect((await change(person)).status).toBe(401);
  });

  it('a change of the password leaves no moment in which the old tokens are valid', async () => {
    const person = await logIn(board, await signUp(board));
    await board.database.query(
      `CREATE FUNCTION refuse_half() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF (NEW.password_hash <> OLD.password_hash) <> (NEW.tokens_revoked_before <> OLD.tokens_revoked_before)
         THEN RAISE 'half of it'; END IF;
         RETURN NEW;
       END $$`,
    );
    await board.database.query(
      'CREATE TRIGGER whole BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION refuse_half()',
    );
    const { status } = await change(person);
    await board.database.query('DROP FUNCTION refuse_half CASCADE');
    expect(status).toBe(200);
  });

  it('a change of the password ends the earlier streams', async () => {
    const person = await logIn(board, await signUp(board));
    const stream = await board.stream(person);
    await change(person);
    await stream.ended;
    expect(stream.isOpen).toBe(false);
  });
});

function countOf(status: number, replies: { status: number }[]): number {
  return replies.filter((reply) => reply.status === status).length;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
