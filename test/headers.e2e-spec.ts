import { signUp, tryLogIn } from './support/account.js';
import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { closeStreams, EventStream } from './support/event-stream.js';

const ORIGIN = 'https://board.example';

let board: TestApp;
let person: Person;
beforeAll(async () => {
  board = await startApp({ CORS_ORIGINS: `${ORIGIN}, https://other.example:8443` });
  person = await board.person();
});
afterAll(() => board.stop());
afterEach(closeStreams);

/** Answers of every kind: JSON, an error, one without a body, a page, a file, the documentation. */
const KINDS: [string, string][] = [
  ['GET', '/api/user/me'],
  ['GET', '/api/question/list'],
  ['GET', '/api/nowhere'],
  ['GET', '/api/question/0'],
  ['PUT', '/api/notification/read-all'],
  ['GET', '/health/live'],
  ['GET', '/'],
  ['GET', '/notifications.js'],
  ['GET', '/api/docs'],
  ['GET', '/api/docs-json'],
];

it.each(KINDS)(
  'every answer restricts what browsers may do with it: %s %s',
  async (method, path) => {
    const { headers } = await board.call(method, path, { as: person });
    expect([
      headers.get('x-content-type-options'),
      headers.get('x-frame-options'),
      headers.get('referrer-policy'),
      headers.get('strict-transport-security'),
      headers.get('content-security-policy'),
    ]).toEqual([
      'nosniff',
      'SAMEORIGIN',
      'no-referrer',
      'max-age=31536000',
      expect.stringContaining("frame-ancestors 'none'"),
    ]);
  },
);

it.each(KINDS)('no answer names the software that made it: %s %s', async (method, path) => {
  const { headers } = await board.call(method, path, { as: person });
  expect([headers.get('x-powered-by'), headers.get('server')]).toEqual([null, null]);
});

it('an answer in JSON forbids a browser to run anything in it', async () => {
  const { headers } = await board.call('GET', '/api/question/list');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});

it.each(['/', '/notifications.js', '/api/docs'])(
  'a page runs no script but that of this server: %s',
  async (path) => {
    const policy = (await board.call('GET', path)).headers.get('content-security-policy')!;
    const scripts = policy.split('; ').filter((rule) => /^(default|script)-src/.test(rule));
    expect(scripts).toEqual(["default-src 'self'"]);
  },
);

it.each([
  ['GET', '/api/user/me'],
  ['GET', '/api/question/list'],
  ['GET', '/api/notification/list'],
  ['POST', '/api/notification/stream-token'],
  ['POST', '/api/user/renew'],
])('an answer about a user may not be cached: %s %s', async (method, path) => {
  const { headers } = await board.call(method, path, { as: person });
  expect(headers.get('cache-control')).toBe('no-store');
});

it('an answer that holds a token may not be cached', async () => {
  const { username } = await signUp(board);
  expect((await tryLogIn(board, username)).headers.get('cache-control')).toBe('no-store');
});

it('a stream may be neither cached nor transformed on the way', async () => {
  const { headers } = await board.stream(person);
  expect([headers['cache-control'], headers['x-accel-buffering']]).toEqual([
    expect.stringMatching(/no-store.*no-transform/) as string,
    'no',
  ]);
});

describe('pages of other origins', () => {
  const preflight = (origin: string, method = 'POST', wanted = 'authorization,content-type') =>
    board.call('OPTIONS', '/api/question', {
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': wanted,
      },
    });

  it('a page of a named origin may send what the API takes', async () => {
    const { status, headers } = await preflight(ORIGIN);
    expect([
      status,
      headers.get('access-control-allow-origin'),
      headers.get('access-control-allow-methods'),
      headers.get('access-control-allow-headers'),
    ]).toEqual([
      204,
      ORIGIN,
      'GET,HEAD,POST,PUT,DELETE',
      'Authorization,Content-Type,Last-Event-ID',
    ]);
  });

  it('a page of a named origin may read the answer, and when to try again', async () => {
    const { headers } = await board.call('GET', '/api/question/list', {
      headers: { origin: ORIGIN },
    });
    expect([
      headers.get('access-control-allow-origin'),
      headers.get('access-control-expose-headers'),
    ]).toEqual([ORIGIN, 'Retry-After']);
  });

  it('a page of a named origin may read an error', async () => {
    const { status, headers } = await board.call('GET', '/api/user/me', {
      headers: { origin: ORIGIN },
    });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([401, ORIGIN]);
  });

  it('a page of a named origin may read a stream', async () => {
    const stream = await EventStream.open(
      `${board.url}/api/notification/stream?token=${person.token}`,
      { origin: ORIGIN },
    );
    const { headers } = stream;
    expect([stream.status, headers['access-control-allow-origin'], headers.vary]).toEqual([
      200,
      ORIGIN,
      'Origin',
    ]);
  });

  it('a page of a named origin may run the client', async () => {
    const { headers } = await board.call('GET', '/notification-bell.js', {
      headers: { origin: ORIGIN },
    });
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  it.each([
    'https://evil.example',
    'http://board.example',
    'https://board.example:8443',
    'https://board.example.evil.example',
    'https://sub.board.example',
    'null',
  ])('a page of an origin that is not named may do nothing: %s', async (origin) => {
    const replies = [
      await preflight(origin),
      await board.call('GET', '/api/question/list', { headers: { origin } }),
    ];
    expect(replies.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual([
      null,
      null,
    ]);
  });

  it.each([ORIGIN, 'https://evil.example'])(
    'no cache gives the answer for one origin to another one: %s',
    async (origin) => {
      const { headers } = await board.call('GET', '/api/question/list', { headers: { origin } });
      expect(headers.get('vary')).toContain('Origin');
    },
  );

  it('a page of another origin may send no cookies', async () => {
    const { headers } = await preflight(ORIGIN);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });
});
