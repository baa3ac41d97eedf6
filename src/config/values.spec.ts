import { problems } from '../../test/support/problems.js';
import { readSettings, variables } from './settings.js';

const WORDS = variables.map(({ name }) => name);

it.each(WORDS)('%s may not end with white space', (name) => {
  expect(problems({ [name]: 'on ' })).toEqual([
    `${name} must not begin or end with white space: remove it`,
  ]);
});

it.each([' 3000', '3000\n', '\t', '\u00a0on'])('no variable may be %j', (value) => {
  expect(problems({ JWT_SECRET: value })).toEqual([
    'JWT_SECRET must not begin or end with white space: remove it',
  ]);
});

it.each(['"on"', "'on'", `"${'s'.repeat(32)}"`])('no variable may be %s', (value) => {
  expect(problems({ JWT_SECRET: value })).toEqual([
    'JWT_SECRET must not be in quotes: remove them',
  ]);
});

it('no variable may hold bytes that are not UTF-8', () => {
  const secret = `${'s'.repeat(32)}\uFFFD`;
  expect(problems({ JWT_SECRET: secret })).toEqual(['JWT_SECRET must be in UTF-8']);
});

it.each([
  ['NODE_ENV', 'prod', '"development" or "test" or "production"'],
  ['NODE_ENV', 'Production', '"development" or "test" or "production"'],
  ['RATE_LIMIT', 'OFF', '"on" or "off"'],
  ['RATE_LIMIT', 'true', '"on" or "off"'],
  ['STREAM_ACCESS_TOKEN', '0', '"on" or "off"'],
  ['DEMO_PAGE', 'no', '"on" or "off"'],
  ['LOG_LEVEL', 'info', '"log" or "debug" or "verbose" or "warn" or "error" or "fatal"'],
])('%s may not be %s', (name, value, allowed) => {
  expect(problems({ [name]: value })).toEqual([`${name} must be ${allowed}`]);
});

it.each([
  ['32 letters', 's'.repeat(32)],
  ['11 letters of 3 bytes', '가'.repeat(11)],
])('JWT_SECRET is long enough with %s', (_, secret) => {
  expect(readSettings({ JWT_SECRET: secret }).jwtSecret).toBe(secret);
});

it('JWT_SECRET is too short with 31 bytes', () => {
  expect(problems({ JWT_SECRET: 's'.repeat(31) })).toEqual([
    'JWT_SECRET must be at least 32 bytes long',
  ]);
});

it.each(['127.0.0.1', '::', 'fe80::1%eth0', 'localhost', 'board.internal.', 'my_host-2'])(
  'HOST may be %s',
  (host) => {
    expect(readSettings({ HOST: host }).host).toBe(host);
  },
);

it.each(['[::1]', '127.0.0.1:80', 'http://localhost', '*', '300', '1.2.3', '-a', 'a..b', 'a b'])(
  'HOST may not be %s',
  (host) => {
    expect(problems({ HOST: host })).toEqual([
      'HOST must be an IP address or a host name, like 127.0.0.1, ::1 or localhost, without scheme, port or brackets',
    ]);
  },
);

it.each(['qna:', '{qna}:prod/1.', '_'])('REDIS_PREFIX may be %s', (prefix) => {
  expect(readSettings({ REDIS_PREFIX: prefix }).redisPrefix).toBe(prefix);
});

it.each(['a b', '*', '질문:', 'a\nb', 'x'.repeat(101)])('REDIS_PREFIX may not be %j', (prefix) => {
  expect(problems({ REDIS_PREFIX: prefix })).toEqual([
    'REDIS_PREFIX must be 1 to 100 letters from a to z, digits, or : . _ - / { }',
  ]);
});

it.each(['a token for métrics', 'x', 'Ab-._~+/0='])('METRICS_TOKEN may be %s', (token) => {
  expect(readSettings({ METRICS_TOKEN: token }).metricsToken).toBe(token);
});

it.each(['a\nb', 'a\rb', 'a\tb', 'a\u007fb'])('METRICS_TOKEN may not be %j', (token) => {
  expect(problems({ METRICS_TOKEN: token })).toEqual([
    'METRICS_TOKEN must not hold control characters, as a tab or a new line: no header carries them',
  ]);
});

it('CORS_ORIGINS names none by default', () => {
  expect(readSettings({}).corsOrigins).toEqual([]);
});

it('CORS_ORIGINS is a list with commas, with spaces or without', () => {
  const { corsOrigins } = readSettings({
    CORS_ORIGINS: 'https://board.example, http://localhost:5173,http://[::1]:8080',
  });
  expect(corsOrigins).toEqual([
    'https://board.example',
    'http://localhost:5173',
    'http://[::1]:8080',
  ]);
});

it('CORS_ORIGINS keeps an origin once that it names twice', () => {
  expect(readSettings({ CORS_ORIGINS: 'https://a.example,https://a.example' }).corsOrigins).toEqual(
    ['https://a.example'],
  );
});

it.each([
  '*',
  'null',
  'board.example',
  'https://board.example/',
  'https://a.example,',
  'ftp://a.example',
  'http://a.example:80',
  'https://A.example',
  'https://me@a.example',
  'https://a.example https://b.example',
])('CORS_ORIGINS may not be %s', (origins) => {
  expect(problems({ CORS_ORIGINS: origins })).toEqual([
    'CORS_ORIGINS must be a comma-separated list of origins as browsers send them, like https://board.example: in lower case, without path, standard port or *',
  ]);
});
