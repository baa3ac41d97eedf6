import { readSettings, type Settings, variables } from './settings.js';
import { problems } from '../../test/support/problems.js';

/** Whole numbers: the variable, the setting, the least and the greatest, and the default. */
const NUMBERS: [string, keyof Settings, number, number, number][] = [
  ['PORT', 'port', 0, 65_535, 3000],
  ['JWT_TTL_SECONDS', 'jwtTtlSeconds', 1, 31_536_000, 3600],
  ['STREAM_TOKEN_TTL_SECONDS', 'streamTokenTtlSeconds', 1, 3600, 60],
  ['SSE_HEARTBEAT_SECONDS', 'sseHeartbeatSeconds', 1, 3600, 30],
  ['SSE_MAX_STREAMS_PER_USER', 'sseMaxStreamsPerUser', 1, 10_000, 20],
  ['SSE_MAX_STREAMS', 'sseMaxStreams', 1, 1_000_000, 50_000],
  ['SSE_REPLAY_LIMIT', 'sseReplayLimit', 1, 100_000, 1000],
  ['NOTIFICATION_RETENTION_DAYS', 'notificationRetentionDays', 0, 36_500, 90],
  ['SHUTDOWN_SECONDS', 'shutdownSeconds', 1, 3600, 10],
];

it.each(NUMBERS)('a number in the environment has a default: %s', (_, key, __, ___, fallback) => {
  expect(readSettings({})[key]).toBe(fallback);
});

it.each(NUMBERS)('a number in the environment may be the least: %s', (name, key, least) => {
  expect(readSettings({ [name]: String(least) })[key]).toBe(least);
});

it.each(NUMBERS)(
  'a number in the environment may be the greatest: %s',
  (name, key, _, greatest) => {
    expect(readSettings({ [name]: String(greatest) })[key]).toBe(greatest);
  },
);

it.each(NUMBERS)(
  'a number in the environment may not be less or greater: %s',
  (name, _, least, greatest) => {
    const line = `${name} must be a whole number from ${least} to ${greatest}`;
    const outside = [least - 1, greatest + 1].map((value) => problems({ [name]: String(value) }));
    expect(outside).toEqual([[line], [line]]);
  },
);

it.each(['3000.5', '3e3', '0x10', '3,000', 'many', '+3000', '-0', 'NaN', '03000', '٣٠٠٠'])(
  'a number in the environment is written in digits alone, not as "%s"',
  (text) => {
    expect(problems({ PORT: text })).toEqual([
      'PORT must be a whole number from 0 to 65535, in digits alone and without leading zeros',
    ]);
  },
);

it('the environment may be empty', () => {
  expect(problems({})).toEqual([]);
});

it('an empty variable counts as unset', () => {
  const empty = Object.fromEntries(variables.map(({ name }) => [name, '']));
  expect(readSettings(empty)).toEqual(readSettings({}));
});

it('readSettings names every problem at once', () => {
  const wrong = { PORT: 'x', DATABASE_URL: 'x', JWT_SECRET: 'x', CORS_ORIGINS: 'x' };
  expect(
    problems(wrong)
      .map((line) => line.split(' ')[0])
      .sort((a, b) => a!.localeCompare(b!)),
  ).toEqual(['CORS_ORIGINS', 'DATABASE_URL', 'JWT_SECRET', 'PORT']);
});

it('readSettings repeats no value', () => {
  const secret = 'hunter2';
  const wrong = variables.map(({ name }) => [name, secret]);
  expect(problems(Object.fromEntries(wrong) as Record<string, string>).join('\n')).not.toContain(
    secret,
  );
});

it('readSettings names every problem in the message of its error', () => {
  expect(() => readSettings({ PORT: 'x', SHUTDOWN_SECONDS: 'x' })).toThrow(
    /^PORT must be .+\nSHUTDOWN_SECONDS must be .+$/,
  );
});

it('a change of the environment does not change the settings later', () => {
  expect(Object.isFrozen(readSettings({}))).toBe(true);
});

it('the environment may hold other variables', () => {
  expect(problems({ PATH: '/bin', PORTS: 'x' })).toEqual([]);
});

describe('production', () => {
  const given = {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://db/qna',
    JWT_SECRET: 's'.repeat(32),
  };

  it('an address of the database and a secret are enough in production', () => {
    expect(problems(given)).toEqual([]);
  });

  it.each(['DATABASE_URL', 'JWT_SECRET'])('%s must be set in production', (name) => {
    const line = `${name} must be set when NODE_ENV is production`;
    expect(problems({ ...given, [name]: '' })).toEqual([line]);
  });

  it('DEMO_ACCOUNTS must be off in production', () => {
    expect(problems({ ...given, DEMO_ACCOUNTS: 'on' })).toEqual([
      'DEMO_ACCOUNTS must be off when NODE_ENV is production: everybody knows their password',
    ]);
  });

  it('everything that is missing in production is named at once, beside what is wrong', () => {
    expect(problems({ NODE_ENV: 'production', PORT: 'x' })).toHaveLength(3);
  });
});

it('TRUST_PROXY trusts nobody by default', () => {
  expect(readSettings({}).trustProxy).toEqual([]);
});

it('TRUST_PROXY may be a number of proxies', () => {
  expect(readSettings({ TRUST_PROXY: '2' }).trustProxy).toBe(2);
});

it('TRUST_PROXY may be addresses, subnets and their names', () => {
  const { trustProxy } = readSettings({ TRUST_PROXY: 'loopback, 10.0.0.0/8,::1,fd00::/8' });
  expect(trustProxy).toEqual(['loopback', '10.0.0.0/8', '::1', 'fd00::/8']);
});

it.each([
  'true',
  '*',
  '-1',
  '10.0.0.0/33',
  '0.0.0.0/0',
  '::/0',
  '10.0.0.0/',
  '10.0.0',
  'a.example',
  '::1/129',
  '::1,',
])('TRUST_PROXY may not be %s', (text) => {
  expect(problems({ TRUST_PROXY: text })).toHaveLength(1);
});
