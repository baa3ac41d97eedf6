import { failureCode, reasonOf } from './failures.js';

/** By what a connection fails with, a SQLSTATE or the code of a socket: what mends it. */
const BY_CODE: [RegExp, string][] = [
  [/^3D000$/, 'Create it, or correct the name.'],
  [/^28/, 'Correct the user and the password, or let the server accept them (pg_hba.conf).'],
  [/^42501$/, 'Grant it to the user.'],
  [/^53300$/, 'Lower DATABASE_POOL_SIZE, or raise max_connections of the server.'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'Correct the host.'],
  [/^(ECONNREFUSED|ENOENT|ENOTDIR|EACCES)$/, 'Start PostgreSQL there, or correct host and port.'],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/, 'Correct host and port, or let connections through.'],
  [
    /CERT|SIGNATURE/,
    'Name its authority by sslrootcert, or trust any certificate by sslmode=no-verify.',
  ],
];

/** What has no code is recognised by its words. */
const BY_MESSAGE: [RegExp, string][] = [
  [/password must be/, 'Give a password.'],
  [
    /does not support SSL|secure TLS/,
    'Let the server use TLS, or ask for none by sslmode=disable.',
  ],
  [/timeout/i, 'Correct host and port, or let connections through.'],
  [/terminated unexpectedly/, 'Make sure that it is PostgreSQL that listens there.'],
];

/** One line: why there is no connection, and what to do about it where that is known. */
export function connectFailure(error: unknown): string {
  const reason = reasonOf(error).replaceAll(/\s+/g, ' ');
  const code = failureCode(error) ?? '';
  const [, advice] =
    BY_CODE.find(([pattern]) => pattern.test(code)) ??
    BY_MESSAGE.find(([pattern]) => pattern.test(reason)) ??
    [];
  return advice ? `${reason}. ${advice}` : reason;
}
