import { createHmac } from 'node:crypto';
import { newcomer, PASSWORD, signUp } from './support/account.js';
import { JWT_SECRET, startApp, type TestApp } from './support/app.js';
import { type Person, signToken } from './support/board.js';
import { settledContents } from './support/contents.js';
import { createDatabase } from './support/database.js';
import { readDocument } from './support/document.js';
import { closeStreams, EventStream } from './support/event-stream.js';
import { exampleOf } from './support/openapi.js';

/**
 * Status for: nobody, the owner of what is asked for, another user, and whoever shows a token that is
 * not valid for it.
 */
type Row = [nobody: number, owner: number, other: number, invalid: number];

/** Anybody; a token is not looked at. */
const open = (success: number): Row => [success, success, success, success];
/** Anybody; but a token that is shown must be valid. */
const PUBLIC_READ: Row = [200, 200, 200, 401];
/** For each user their own, or the same for all of them. */
const users = (success: number): Row => [401, success, success, 401];
/** Whose it is alone. */
const owner = (success: number): Row => [401, success, 403, 401];

const ROWS: Record<string, Row> = {
  'POST /api/user/signup': open(201),
  'POST /api/user/login': open(200),
  'POST /api/user/renew': users(200),
  'POST /api/user/logout': users(204),
  'PUT /api/user/password': users(200),
  'GET /api/user/me': users(200),
  'PUT /api/user/me': users(200),
  'POST /api/question': users(201),
  'GET /api/question/list': PUBLIC_READ,
  'GET /api/question/{id}': PUBLIC_READ,
  'PUT /api/question/{id}': owner(200),
  'DELETE /api/question/{id}': owner(204),
  'POST /api/question/{id}/vote': users(200),
  'DELETE /api/question/{id}/vote': users(200),
  'POST /api/question/{id}/answer': users(201),
  'GET /api/answer/{id}': PUBLIC_READ,
  'PUT /api/answer/{id}': owner(200),
  'DELETE /api/answer/{id}': owner(204),
  'POST /api/answer/{id}/vote': users(200),
  'DELETE /api/answer/{id}/vote': users(200),
  'GET /api/notification/list': users(200),
  'PUT /api/notification/read': users(200),
  'PUT /api/notification/read-all': users(200),
  'POST /api/notification/stream-token': users(201),
  'GET /api/notification/stream': users(200),
  'GET /health/live': open(200),
  'GET /health/ready': open(200),
  // In development, where METRICS_TOKEN is not set; metrics.e2e-spec.ts has the rest.
  'GET /metrics': open(200),
  'GET /': open(200),
  'GET /board/demo.json': open(200),
  'GET /api/docs': open(200),
  'GET /api/docs/': open(200),
  'GET /api/docs/index.html': open(200),
  // Withheld by the module that shows the rest.
  'GET /api/docs/LICENSE': open(404),
  'GET /api/docs/swagger-ui-init.js': open(200),
  'GET /api/docs/docs/swagger-ui-init.js': open(200),
  'GET /api/docs-json': open(200),
  'GET /api/docs-yaml': open(200),
};
const STREAM = 'GET /api/notification/stream';

/** What Express has of a route, and its types have not. */
interface Route {
  path: string;
  methods: Record<string, boolean>;
}

const board: TestApp = await startApp({}, await createDatabase());
const document = await readDocument(board.database);
const hash = await hashOf(PASSWORD);

/** Of the document, and of the router, which knows what the document may have left out. */
const routes = [
  ...Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  ),
  ...board.app
    .getHttpAdapter()
    .getInstance()
    .router.stack.flatMap(({ route }) => {
      const { path, methods } = (route ?? { path: '', methods: {} }) as Route;
      const template = path.replaceAll(/:(\w+)/g, '{$1}');
      return Object.keys(methods).map((method) => `${method.toUpperCase()} ${template}`);
    }),
];

afterAll(async () => {
  await board.stop();
  await board.database.drop();
});
afterEach(closeStreams);

const now = () => Math.floor(Date.now() / 1000);

/** Tokens that are good for nothing, and of whom they would be. */
const INVALID: Record<string, () => Promise<string>> = {
  'has expired': async () => board.token((await newPerson()).id, { exp: now() - 1 }),
  'is signed with another secret': async () =>
    board.token((await newPerson()).id, {}, 'another secret of sufficient length'),
  'is not signed': async () =>
    board.token((await newPerson()).id).replace(/^[^.]+/, encode({ alg: 'none', typ: 'JWT' })),
  'is not signed, and says so': async () =>
    `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims((await newPerson()).id))}.`,
  'is signed by another method': async () => sha512((await newPerson()).id),
  'has an audience': async () => board.token((await newPerson()).id, { aud: 'other' }),
  'has an empty audience': async () => board.token((await newPerson()).id, { aud: '' }),
  'was revoked by a log-out': async () => {
    const person = await newPerson();
    await board.must('POST', '/api/user/logout', { as: person });
    return person.token;
  },
  'is that of a deleted user': async () => {
    const person = await newPerson();
    await board.database.query('DELETE FROM users WHERE id = $1', [person.id]);
    return person.token;
  },
  'is garbage': () => Promise.resolve('garbage'),
};

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

const claims = (id: number) => ({ sub: String(id), iat: now(), exp: now() + 600 });

function sha512(id: number): string {
  const signed = signToken(claims(id), JWT_SECRET, { alg: 'HS512' }).replace(/\.[^.]+$/, '');
  return `${signed}.${createHmac('sha512', JWT_SECRET).update(signed).digest('base64url')}`;
}

async function hashOf(password: string): Promise<string> {
  const { id } = await signUp(board, { password });
  const [row] = await board.database.query<{ password_hash: string }>(
    'SELECT password_hash FROM users WHERE id = $1',
    [id],
  );
  return row!.password_hash;
}

/** Somebody with {@link PASSWORD}. */
async function newPerson(): Promise<Person> {
  const person = await board.person();
  await board.database.query('UPDATE users SET password_hash = $2 WHERE id = $1', [
    person.id,
    hash,
  ]);
  return person;
}

/** An owner and their data: a question, an answer to it and a notification of that. */
async function world() {
  const person = await newPerson();
  const question = await board.ask(person);
  const answer = await board.answer(person, question);
  await board.voteForQuestion(await board.person(), question);
  await board.idle();
  return { person, question, answer };
}
type World = Awaited<ReturnType<typeof world>>;

/** A request for what is there, of whoever holds that token. */
async function request(route: string, { person, question, answer }: World, token?: string) {
  const [method, template] = route.split(' ') as [string, string];
  const path = template.replace('{id}', String(template.includes('/answer/{') ? answer : question));
  const headers: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  if (route === STREAM) return (await EventStream.open(board.url + path, headers)).status;
  const body = bodyOf(method, template, person);
  return (await board.call(method, path, { headers, body })).status;
}

function bodyOf(method: string, path: string, { username }: Person): unknown {
  const content = document.paths[path]?.[method.toLowerCase()]?.requestBody?.content;
  if (!content) return undefined;
  if (path.endsWith('/login')) return { username, password: PASSWORD };
  const example = exampleOf(content['application/json']!.schema, document) as object;
  return path.endsWith('/signup') ? { ...example, ...newcomer() } : example;
}

it('the table of access has a row for every route that exists', () => {
  expect(routes.filter((route) => !ROWS[route])).toEqual([]);
});

it('the table of access has no row for a route that does not exist', () => {
  expect(Object.keys(ROWS).filter((route) => !routes.includes(route))).toEqual([]);
});

it.each(Object.entries(ROWS))(
  '%s answers nobody, its owner and another user as the table of access says',
  async (route, [nobody, owner, other]) => {
    const things = await world();
    // The owner is the last: their request deletes it.
    const statuses = {
      nobody: await request(route, things),
      other: await request(route, things, (await newPerson()).token),
      owner: await request(route, things, things.person.token),
    };
    expect(statuses).toEqual({ nobody, other, owner });
  },
);

it.each(Object.entries(ROWS))('%s refuses every invalid token', async (route, row) => {
  const things = await world();
  const statuses: Record<string, number> = {};
  for (const [name, make] of Object.entries(INVALID)) {
    statuses[name] = await request(route, things, await make());
  }
  expect(statuses).toEqual(Object.fromEntries(Object.keys(INVALID).map((name) => [name, row[3]])));
});

it.each(Object.entries(ROWS))(
  '%s refuses the stream token of its owner unless it is the stream',
  async (route, row) => {
    const things = await world();
    const { stream_token } = await board.must<{ stream_token: string }>(
      'POST',
      '/api/notification/stream-token',
      { as: things.person },
    );
    const status = await request(route, things, stream_token);
    expect(status).toBe(route === STREAM ? 200 : row[3]);
  },
);

it.each(Object.entries(ROWS).filter(([, row]) => row[3] === 401))(
  '%s changes nothing when it refuses a caller',
  async (route, [nobody, , other]) => {
    const things = await world();
    const another = await newPerson();
    const tokens = await Promise.all(Object.values(INVALID).map((make) => make()));
    const before = await settledContents(board);
    for (const token of tokens) await request(route, things, token);
    if (nobody >= 400) await request(route, things);
    if (other >= 400) await request(route, things, another.token);
    expect(await settledContents(board)).toEqual(before);
  },
);

describe('private data', () => {
  let mine: World;
  let stranger: Person;
  beforeEach(async () => {
    mine = await world();
    stranger = await board.person();
  });

  it('a list of notifications shows nothing of another user', async () => {
    expect(await board.list(stranger)).toMatchObject({
      total: 0,
      unread_count: 0,
      rev: 0,
      cursor: 0,
      notifications: [],
    });
  });

  it('a notification is not found by its id in the list of another user', async () => {
    const id = (await board.list(mine.person)).notifications[0]!.id;
    const list = await board.list(stranger, `?before=${id + 1}`);
    expect([list.total, list.notifications]).toEqual([0, []]);
  });

  it('nobody else can mark a notification as read or learn that it exists', async () => {
    const before = await board.list(mine.person);
    const ids = before.notifications.map(({ id }) => id);
    const body = { notification_ids: [...ids, 2_147_483_647] };
    const reply = await board.must('PUT', '/api/notification/read', { as: stranger, body });
    expect([reply, await board.list(mine.person)]).toEqual([
      { updated: 0, unread_count: 0, rev: 0 },
      before,
    ]);
  });

  it('a notification stays unread when another user marks all of their own as read', async () => {
    const before = await board.list(mine.person);
    await board.must('PUT', '/api/notification/read-all', { as: stranger });
    expect(await board.list(mine.person)).toEqual(before);
  });

  it('a notification is streamed to its receiver alone, live or by cursor', async () => {
    const streams = [
      await board.stream(stranger),
      await board.stream(stranger, { lastEventId: '0' }),
    ];
    const own = await board.stream(mine.person);
    await board.answer(await board.person(), mine.question);
    await own.next('notification');
    // Comes after what came to the owner.
    await board.answer(await board.person(), await board.ask(stranger));
    for (const stream of streams) await stream.next('notification');
    const seen = streams.map(({ frames }) => frames.map(({ event, id }) => [event, id]));
    const expected = [
      ['connected', '0'],
      ['notification', '1'],
    ];
    expect(seen).toEqual([expected, expected]);
  });

  it('the cursor of another user replays nothing', async () => {
    const { cursor } = await board.list(mine.person);
    const stream = await board.stream(stranger, { lastEventId: String(cursor) });
    const { data } = await stream.next('connected');
    expect(data).toMatchObject({ user_id: stranger.id, replayed: 0, resync: true });
  });

  it('no answer shows the e-mail address of a user to another user', async () => {
    const [row] = await board.database.query<{ email: string }>(
      'SELECT email FROM users WHERE id = $1',
      [mine.person.id],
    );
    const paths = ['/api/question/list', `/api/question/${mine.question}`];
    const replies = await Promise.all(
      paths.map((path) => board.call('GET', path, { as: stranger })),
    );
    expect(JSON.stringify(replies.map(({ body }) => body))).not.toContain(row!.email);
  });
});
