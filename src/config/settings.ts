import { databaseUrl } from './database-url.js';
import {
  hostName,
  jwtSecret,
  metricsToken,
  origin,
  redisPrefix,
  requirePlain,
} from './plain-values.js';
import { redisUrl } from './redis-url.js';
import { proxies } from './trusted-proxies.js';
import { choice, integer, list, text, type Variable } from './variables.js';

const SECONDS_PER_YEAR = 31_536_000;

/** Every variable the system reads, under the name the code uses. Order is that of `.env.example`. */
export const variables = {
  nodeEnv: choice(
    'NODE_ENV',
    'development, test or production, which demands DATABASE_URL and JWT_SECRET',
    ['development', 'test', 'production'],
  ),
  port: integer('PORT', 'TCP port; 0 takes a free one', 3000, [0, 65_535]),
  host: text('HOST', 'address to listen on; empty: all interfaces', undefined, hostName),
  databaseUrl: text(
    'DATABASE_URL',
    'postgres://…; empty: an embedded PostgreSQL under .data/, not in production',
    undefined,
    databaseUrl,
  ),
  databasePoolSize: integer('DATABASE_POOL_SIZE', 'connections at most', 10, [2, 1000]),
  jwtSecret: text(
    'JWT_SECRET',
    'HS256 key, at least 32 bytes; empty: a random one kept in .data/, not in production',
    undefined,
    jwtSecret,
  ),
  jwtTtlSeconds: integer('JWT_TTL_SECONDS', 'seconds an access token lives', 3600, [
    1,
    SECONDS_PER_YEAR,
  ]),
  streamTokenTtlSeconds: integer(
    'STREAM_TOKEN_TTL_SECONDS',
    'seconds for which a stream token opens streams',
    60,
    [1, 3600],
  ),
  streamAccessToken: choice(
    'STREAM_ACCESS_TOKEN',
    'whether ?token= of a stream may be an access token; off: a stream token alone',
    ['on', 'off'],
  ),
  redisUrl: text(
    'REDIS_URL',
    'redis://… or rediss://…, to wake the other instances; empty: there is one instance',
    undefined,
    redisUrl,
  ),
  redisPrefix: text('REDIS_PREFIX', 'before every channel and key in Redis', 'qna:', redisPrefix),
  sseHeartbeatSeconds: integer(
    'SSE_HEARTBEAT_SECONDS',
    'seconds between heartbeats',
    30,
    [1, 3600],
  ),
  sseMaxStreamsPerUser: integer(
    'SSE_MAX_STREAMS_PER_USER',
    'open streams of one user on this instance',
    20,
    [1, 10_000],
  ),
  sseMaxStreams: integer(
    'SSE_MAX_STREAMS',
    'open streams on this instance',
    50_000,
    [1, 1_000_000],
  ),
  sseReplayLimit: integer(
    'SSE_REPLAY_LIMIT',
    'events a reconnect replays at most',
    1000,
    [1, 100_000],
  ),
  notificationRetentionDays: integer(
    'NOTIFICATION_RETENTION_DAYS',
    'days a read notification is kept; 0 keeps all',
    90,
    [0, 36_500],
  ),
  outboxMaxAttempts: integer(
    'OUTBOX_MAX_ATTEMPTS',
    'failed deliveries after which an event is dead-lettered',
    10,
    [1, 1000],
  ),
  shutdownSeconds: integer('SHUTDOWN_SECONDS', 'seconds from SIGTERM to exit', 10, [1, 3600]),
  corsOrigins: list(
    'CORS_ORIGINS',
    'origins that may call from a browser, comma-separated, as https://board.example',
    origin,
  ),
  trustProxy: proxies(
    'TRUST_PROXY',
    'proxies whose X-Forwarded-For counts: addresses and subnets, comma-separated, or how many',
  ),
  rateLimit: choice('RATE_LIMIT', 'limits of requests; off for load tests and trusted networks', [
    'on',
    'off',
  ]),
  metricsToken: text(
    'METRICS_TOKEN',
    'bearer token for /metrics; empty: no metrics in production',
    undefined,
    metricsToken,
  ),
  logLevel: choice('LOG_LEVEL', 'the least severe lines that are written', [
    'log',
    'debug',
    'verbose',
    'warn',
    'error',
    'fatal',
  ]),
  logFile: text(
    'LOG_FILE',
    'file that the log is appended to, as JSON; only warnings and errors are still printed',
    undefined,
  ),
  demoPage: choice(
    'DEMO_PAGE',
    'off: no board at /; the bell and its client are served all the same',
    ['on', 'off'],
  ),
  demoAccounts: choice(
    'DEMO_ACCOUNTS',
    'whether the demo page shows the accounts of npm run seed and can act as them; not in production',
    ['off', 'on'],
  ),
} satisfies Record<string, Variable<unknown>>;

type Values = { [K in keyof typeof variables]: ReturnType<(typeof variables)[K]['parse']> };

const Values = class {} as new () => Readonly<Values>;

/** What the system was told by its environment. Injected; nothing else reads `process.env`. */
export class Settings extends Values {}

/** All that is wrong with the environment, a line each. No line repeats a value. */
export class SettingsError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
  }
}

/** @param environment as `process.env` */
export function isProduction(environment: NodeJS.ProcessEnv): boolean {
  return environment['NODE_ENV'] === 'production';
}

/**
 * @param environment as `process.env`; an empty variable counts as unset
 * @throws {SettingsError} naming every wrong variable at once
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const problems: string[] = [];
  const entries = Object.entries<Variable<unknown>>(variables).map(([key, variable]) => {
    const given = environment[variable.name];
    if (!given) return [key, variable.fallback];
    try {
      requirePlain(given);
      return [key, variable.parse(given)];
    } catch (problem) {
      problems.push(`${variable.name} ${(problem as Error).message}`);
      return [key, variable.fallback];
    }
  });
  if (isProduction(environment)) {
    for (const { name } of [variables.databaseUrl, variables.jwtSecret]) {
      if (!environment[name]) problems.push(`${name} must be set when NODE_ENV is production`);
    }
    if (environment['DEMO_ACCOUNTS'] === 'on') {
      problems.push(
        'DEMO_ACCOUNTS must be off when NODE_ENV is production: everybody knows their password',
      );
    }
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.freeze(Object.fromEntries(entries)) as Settings;
}

/** The same for a tool that makes no tokens: it needs no secret. */
export function readToolSettings(environment: NodeJS.ProcessEnv): Settings {
  return readSettings({ ...environment, JWT_SECRET: environment['JWT_SECRET'] || 'x'.repeat(32) });
}
