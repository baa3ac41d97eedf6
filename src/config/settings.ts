import { z } from 'zod';
import { databaseUrl } from './database-url.js';
import { redisUrl } from './redis-url.js';
import { choice, hostName, integer, origins, proxies, readBy, text } from './values.js';

const SECONDS_PER_YEAR = 31_536_000;

/** Every variable that the system reads, with its meaning and unit. Order is that of `.env.example`. */
const schema = z.object({
  NODE_ENV: choice('development', 'test', 'production').describe(
    'development, test or production, which demands DATABASE_URL and JWT_SECRET',
  ),
  PORT: integer(3000, [0, 65_535]).describe('TCP port; 0 takes a free one'),
  HOST: hostName.optional().describe('address to listen on; empty: all interfaces'),
  DATABASE_URL: readBy(databaseUrl)
    .optional()
    .describe('postgres://…; empty: an embedded PostgreSQL under .data/, not in production'),
  DATABASE_POOL_SIZE: integer(10, [2, 1000]).describe('connections at most'),
  JWT_SECRET: text
    .refine((secret) => Buffer.byteLength(secret) >= 32, 'must be at least 32 bytes long')
    .optional()
    .describe(
      'HS256 key, at least 32 bytes; empty: a random one kept in .data/, not in production',
    ),
  JWT_TTL_SECONDS: integer(3600, [1, SECONDS_PER_YEAR]).describe('seconds an access token lives'),
  STREAM_TOKEN_TTL_SECONDS: integer(60, [1, 3600]).describe(
    'seconds for which a stream token opens streams',
  ),
  STREAM_ACCESS_TOKEN: choice('on', 'off').describe(
    'whether ?token= of a stream may be an access token; off: a stream token alone',
  ),
  REDIS_URL: readBy(redisUrl)
    .optional()
    .describe('redis://… or rediss://…, to wake the other instances; empty: there is one instance'),
  REDIS_PREFIX: text
    .regex(/^[\w:.{}/-]{1,100}$/, 'must be 1 to 100 letters from a to z, digits, or : . _ - / { }')
    .default('qna:')
    .describe('before every channel and key in Redis'),
  SSE_HEARTBEAT_SECONDS: integer(30, [1, 3600]).describe('seconds between heartbeats'),
  SSE_MAX_STREAMS_PER_USER: integer(20, [1, 10_000]).describe(
    'open streams of one user on this instance',
  ),
  SSE_MAX_STREAMS: integer(50_000, [1, 1_000_000]).describe('open streams on this instance'),
  SSE_REPLAY_LIMIT: integer(1000, [1, 100_000]).describe('events a reconnect replays at most'),
  NOTIFICATION_RETENTION_DAYS: integer(90, [0, 36_500]).describe(
    'days a read notification is kept; 0 keeps all',
  ),
  OUTBOX_MAX_ATTEMPTS: integer(10, [1, 1000]).describe(
    'failed deliveries after which an event is dead-lettered',
  ),
  SHUTDOWN_SECONDS: integer(10, [1, 3600]).describe('seconds from SIGTERM to exit'),
  CORS_ORIGINS: origins
    .default([])
    .describe('origins that may call from a browser, comma-separated, as https://board.example'),
  TRUST_PROXY: proxies
    .default([])
    .describe(
      'proxies whose X-Forwarded-For counts: addresses and subnets, comma-separated, or how many',
    ),
  RATE_LIMIT: choice('on', 'off').describe(
    'limits of requests; off for load tests and trusted networks',
  ),
  METRICS_TOKEN: text
    // A header may carry spaces and any byte above them; Prometheus and curl send them as they are.
    .regex(
      /^\P{Cc}*$/u,
      'must not hold control characters, as a tab or a new line: no header carries them',
    )
    .optional()
    .describe('bearer token for /metrics; empty: no metrics in production'),
  LOG_LEVEL: choice('log', 'debug', 'verbose', 'warn', 'error', 'fatal').describe(
    'the least severe lines that are written',
  ),
  LOG_FILE: text
    .optional()
    .describe(
      'file that the log is appended to, as JSON; only warnings and errors are still printed',
    ),
  DEMO_PAGE: choice('on', 'off').describe(
    'off: no board at /; the bell and its client are served all the same',
  ),
  DEMO_ACCOUNTS: choice('off', 'on').describe(
    'whether the demo page shows the accounts of npm run seed and can act as them; not in production',
  ),
});

/** Every variable: its name in the environment, its meaning, and its value when it is unset or empty. */
export const variables = Object.entries(schema.shape).map(([name, variable]) => ({
  name,
  meaning: variable.description,
  fallback: variable.parse(undefined),
}));

/** `'SSE_MAX_STREAMS'` becomes `'sseMaxStreams'`. */
type CamelCase<Name extends string> = Name extends `${infer Word}_${infer Rest}`
  ? `${Lowercase<Word>}${Capitalize<CamelCase<Rest>>}`
  : Lowercase<Name>;

type Values = z.output<typeof schema>;

const Values = class {} as new () => Readonly<{
  [Name in keyof Values as CamelCase<Name>]: Values[Name];
}>;

/** The environment of the process, checked. Injected; nothing else reads `process.env`. */
export class Settings extends Values {}

/** All that is wrong with the environment, a line each. No line repeats a value. */
export class SettingsError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
  }
}

/** @param environment as `process.env` */
export function isProduction(environment: { NODE_ENV?: string }): boolean {
  return environment.NODE_ENV === 'production';
}

/** Says what production demands also when other values are wrong. */
const demands = (name: keyof Values, error: string) => ({ path: [name], error, when: () => true });
const TO_BE_SET = 'must be set when NODE_ENV is production';

const checkedSchema = schema
  .refine((given) => !isProduction(given) || given.DATABASE_URL, demands('DATABASE_URL', TO_BE_SET))
  .refine((given) => !isProduction(given) || given.JWT_SECRET, demands('JWT_SECRET', TO_BE_SET))
  .refine(
    (given) => !isProduction(given) || given.DEMO_ACCOUNTS !== 'on',
    demands(
      'DEMO_ACCOUNTS',
      'must be off when NODE_ENV is production: everybody knows their password',
    ),
  );

/**
 * @param environment as `process.env`; an empty variable counts as unset
 * @throws {SettingsError} naming every wrong variable at once
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = Object.entries(environment).filter(([, value]) => value !== '');
  const { data, error } = checkedSchema.safeParse(Object.fromEntries(given));
  if (error) {
    throw new SettingsError(
      error.issues.map(({ path, message }) => `${String(path[0])} ${message}`),
    );
  }
  const settings = Object.entries(data).map(([name, value]) => [camelCase(name), value]);
  return Object.freeze(Object.fromEntries(settings)) as Settings;
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** The same for a tool that makes no tokens: it needs no secret. */
export function readToolSettings(environment: NodeJS.ProcessEnv): Settings {
  return readSettings({ ...environment, JWT_SECRET: environment['JWT_SECRET'] || 'x'.repeat(32) });
}
