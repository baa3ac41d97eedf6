import { readSettings, type Settings, SettingsError, variables } from './settings.js';

/** What is wrong with an environment, a line each. */
function problems(environment: Record<string, string>): string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

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

describe('a number in the environment', () => {
  it.each(NUMBERS)('has a default: %s', (_, key, __, ___, fallback) => {
    expect(readSettings({})[key]).toBe(fallback);
  });

  it.each(NUMBERS)('may be the least: %s', (name, key, least) => {
    expect(readSettings({ [name]: String(least) })[key]).toBe(least);
  });

  it.each(NUMBERS)('may be the greatest: %s', (name, key, _, greatest) => {
    expect(readSettings({ [name]: String(greatest) })[key]).toBe(greatest);
  });

  it.each(NUMBERS)('may not be less or greater: %s', (name, _, least, greatest) => {
    const line = `${name} must be a whole number from ${least} to ${greatest}`;
    const outside = [least - 1, greatest + 1].map((value) => problems({ [name]: String(value) }));
    expect(outside).toEqual([[line], [line]]);
  });

  it.each(['3000.5', '3e3', '0x10', ' 3000', '3000 ', '3,000', 'many', '+3000', '-0', 'NaN'])(
    'is written in digits alone, not as "%s"',
    (text) => {
      expect(problems({ PORT: text })).toHaveLength(1);
    },
  );
});

describe('the environment', () => {
  it('may be empty', () => {
    expect(problems({})).toEqual([]);
  });

  it('counts an empty variable as unset', () => {
    const empty = Object.fromEntries(Object.values(variables).map(({ name }) => [name, '']));
    expect(readSettings(empty)).toEqual(readSettings({}));
  });

  it('is told everything that is wrong at once', () => {
    const wrong = { PORT: 'x', DATABASE_URL: 'x', JWT_SECRET: 'x', CORS_ORIGINS: 'x' };
    expect(
      problems(wrong)
        .map((line) => line.split(' ')[0])
        .sort((a, b) => a!.localeCompare(b!)),
    ).toEqual(['CORS_ORIGINS', 'DATABASE_URL', 'JWT_SECRET', 'PORT']);
  });

  it('never sees a value repeated', () => {
    const secret = 'hunter2';
    const wrong = Object.values(variables)
      .filter(({ name }) => name !== 'NODE_ENV' && name !== 'HOST')
      .map(({ name }) => [name, secret]);
    expect(problems(Object.fromEntries(wrong) as Record<string, string>).join('\n')).not.toContain(
      secret,
    );
  });

  it('is told every problem in the message of the error', () => {
    expect(() => readSettings({ PORT: 'x', SHUTDOWN_SECONDS: 'x' })).toThrow(
      /^PORT must be .+\nSHUTDOWN_SECONDS must be .+$/,
    );
  });

  it('cannot change the settings later', () => {
    expect(Object.isFrozen(readSettings({}))).toBe(true);
  });

  it('may hold other variables', () => {
    expect(problems({ PATH: '/bin', PORTS: 'x' })).toEqual([]);
  });
});

describe('in production', () => {
  const given = {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://db/qna',
    JWT_SECRET: 's'.repeat(32),
  };

  it('an address of the database and a secret suffice', () => {
    expect(problems(given)).toEqual([]);
  });

  it.each(['DATABASE_URL', 'JWT_SECRET'])('%s must be set', (name) => {
    const line = `${name} must be set when NODE_ENV is production`;
    expect(problems({ ...given, [name]: '' })).toEqual([line]);
  });

  it('everything that is missing is said at once, beside what is wrong', () => {
    expect(problems({ NODE_ENV: 'production', PORT: 'x' })).toHaveLength(3);
  });
});

describe('JWT_SECRET', () => {
  it.each([
    ['32 letters', 's'.repeat(32)],
    ['11 letters of 3 bytes', '가'.repeat(11)],
  ])('is long enough with %s', (_, secret) => {
    expect(readSettings({ JWT_SECRET: secret }).jwtSecret).toBe(secret);
  });

  it('is too short with 31 bytes', () => {
    expect(problems({ JWT_SECRET: 's'.repeat(31) })).toEqual([
      'JWT_SECRET must be at least 32 bytes long',
    ]);
  });
});

describe('DATABASE_URL', () => {
  it.each(['postgres://user:pass@host:5432/qna', 'postgresql:///qna?host=/run/postgresql'])(
    'may be %s',
    (url) => {
      expect(readSettings({ DATABASE_URL: url }).databaseUrl).toBe(url);
    },
  );

  it.each(['mysql://host/qna', 'host/qna', 'postgres:host', 'postgres://host:port/qna'])(
    'may not be %s',
    (url) => {
      expect(problems({ DATABASE_URL: url })).toHaveLength(1);
    },
  );
});

describe('CORS_ORIGINS', () => {
  it('allows none by default', () => {
    expect(readSettings({}).corsOrigins).toEqual([]);
  });

  it('is a list with commas, and spaces where one likes', () => {
    const { corsOrigins } = readSettings({
      CORS_ORIGINS: 'https://board.example, http://localhost:5173',
    });
    expect(corsOrigins).toEqual(['https://board.example', 'http://localhost:5173']);
  });

  it.each([
    '*',
    'board.example',
    'https://board.example/',
    'https://a.example,',
    'ftp://a.example',
  ])('may not be %s', (origins) => {
    expect(problems({ CORS_ORIGINS: origins })).toHaveLength(1);
  });
});

describe('DATABASE_URL', () => {
  it.each(['postgres://u:100%25@db/board', 'postgresql://db/a%20b?sslmode=require'])(
    'may be %s',
    (url) => {
      expect(readSettings({ DATABASE_URL: url }).databaseUrl).toBe(url);
    },
  );

  it.each(['postgres://u:100%@db/board', 'postgres://u:p@db/%zz', 'postgres://u:%ff@db/board'])(
    'may not be %s',
    (url) => {
      expect(problems({ DATABASE_URL: url })).toHaveLength(1);
    },
  );
});

describe('REDIS_URL', () => {
  it.each(['redis://cache:6379', 'rediss://user:pass@cache/0'])('may be %s', (url) => {
    expect(readSettings({ REDIS_URL: url }).redisUrl).toBe(url);
  });

  it.each(['http://cache', 'cache:6379', 'redis://cache/queue', 'redis://user:100%@cache'])(
    'may not be %s',
    (url) => {
      expect(problems({ REDIS_URL: url })).toHaveLength(1);
    },
  );
});

describe('TRUST_PROXY', () => {
  it('trusts nobody by default', () => {
    expect(readSettings({}).trustProxy).toEqual([]);
  });

  it('may be a number of proxies', () => {
    expect(readSettings({ TRUST_PROXY: '2' }).trustProxy).toBe(2);
  });

  it('may be addresses, subnets and their names', () => {
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
  ])('may not be %s', (text) => {
    expect(problems({ TRUST_PROXY: text })).toHaveLength(1);
  });
});
