import { connectFailure } from './connect-advice.js';

const failure = (message: string, code?: string): Error =>
  Object.assign(new Error(message), code && { code });

it.each([
  ['does not exist', '3D000', 'Create it, or correct the name.'],
  [
    'no such password',
    '28P01',
    'Correct the user and the password, or allow them on the server (pg_hba.conf).',
  ],
  [
    'no pg_hba.conf entry',
    '28000',
    'Correct the user and the password, or allow them on the server (pg_hba.conf).',
  ],
  ['permission denied', '42501', 'Grant the privilege to the user.'],
  ['too many', '53300', 'Lower DATABASE_POOL_SIZE, or raise max_connections of the server.'],
  ['no such host', 'ENOTFOUND', 'Correct the host.'],
  ['refused', 'ECONNREFUSED', 'Start PostgreSQL there, or correct host and port.'],
  ['no such socket', 'ENOENT', 'Start PostgreSQL there, or correct host and port.'],
  ['no way', 'EHOSTUNREACH', 'Correct host and port, or open the firewall.'],
  [
    'self-signed certificate',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'Set sslrootcert to its certificate authority, or accept any certificate with sslmode=no-verify.',
  ],
  ['client password must be a string', undefined, 'Add the password to the URL.'],
  [
    'The server does not support SSL connections',
    undefined,
    'Enable TLS on the server, or turn it off with sslmode=disable.',
  ],
  [
    'Connection terminated due to connection timeout',
    undefined,
    'Correct host and port, or open the firewall.',
  ],
  ['Connection terminated unexpectedly', undefined, 'Make sure that PostgreSQL listens there.'],
])('a connection that fails with "%s" (%s) comes with advice', (message, code, advice) => {
  expect(connectFailure(failure(message, code))).toBe(`${message}. ${advice}`);
});

it('a connection that fails with an unknown code comes with what was said alone', () => {
  expect(connectFailure(failure('out of luck', 'XX000'))).toBe('out of luck');
});

it('a connection that fails with several lines comes with one', () => {
  expect(connectFailure(failure('first\n  second', 'XX000'))).toBe('first second');
});
