import { failureCode, reasonOf } from './failures.js';

/** What to do about a failed connection, by SQLSTATE or socket error code. */
const BY_CODE: [RegExp, string][] = [
  [/^3D000$/, 'Create it, or correct the name.'],
  [/^28/, 'Correct the user and the password, or allow them on the server (pg_hba.conf).'],
  [/^42501$/, 'Grant the privilege to the user.'],
  [/^53300$/, 'Lower DATABASE_POOL_SIZE, or raise max_connections of the server.'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'Correct the host.'],
  [/^(ECONNREFUSED|ENOENT|ENOTDIR|EACCES)$/, 'Start PostgreSQL there, or correct host and port.'],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/, 'Correct host and port, or open the firewall.'],
  [
    /CERT|SIGNATURE/,
    'Set sslrootcert to its certificate authority, or accept any certificate with sslmode=no-verify.',
  ],
];

/** The same for errors without a code, by message. */
const BY_MESSAGE: [RegExp, string][] = [
  [/password must be/, 'Add the password to the URL.'],
  [
    /does not support SSL|secure TLS/,
    'Enable TLS on the server, or turn it off with sslmode=disable.',
  ],
  [/timeout/i, 'Correct host and port, or open the firewall.'],
  [/terminated unexpectedly/, 'Make sure that PostgreSQL listens there.'],
];

/** @returns one line: why the connection failed and, where known, what to do */
export function connectFailure(error: unknown): string {
  const reason = reasonOf(error).replaceAll(/\s+/g, ' ');
  const code = failureCode(error) ?? '';
  const [, advice] =
    BY_CODE.find(([pattern]) => pattern.test(code)) ??
    BY_MESSAGE.find(([pattern]) => pattern.test(reason)) ??
    [];
  return advice ? `${reason}. ${advice}` : reason;
}
