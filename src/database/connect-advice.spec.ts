import { connectFailure } from './connect-advice.js';

const failure = (message: string, code?: string): Error =>
  Object.assign(new Error(message), code && { code });

it.each([
  ['does not exist', '3D000', 'Create it, or correct the name.'],
  [
    'no such password',
    '28P01',
    'Correct the user and the password, or let the server accept them (pg_hba.conf).',
  ],
  [
    'no pg_hba.conf entry',
    '28000',
    'Correct the user and the password, or let the server accept them (pg_hba.conf).',
  ],
  ['permission denied', '42501', 'Grant it to the user.'],
  ['too many', '53300', 'Lower DATABASE_POOL_SIZE, or raise max_connections of the server.'],
  ['no such host', 'ENOTFOUND', 'Correct the host.'],
  ['refused', 'ECONNREFUSED', 'Start PostgreSQL there, or correct host and port.'],
  ['no such socket', 'ENOENT', 'Start PostgreSQL there, or correct host and port.'],
  ['no way', 'EHOSTUNREACH', 'Correct host and port, or let connections through.'],
  [
    'self-signed certificate',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'Name its authority by sslrootcert, or trust any certificate by sslmode=no-verify.',
  ],
  ['client password must be a string', undefined, 'Give a password.'],
  [
    'The server does not support SSL connections',
    undefined,
    'Let the server use TLS, or ask for none by sslmode=disable.',
  ],
  [
    'Connection terminated due to connection timeout',
    undefined,
    'Correct host and port, or let connections through.',
  ],
  [
    'Connection terminated unexpectedly',
    undefined,
    'Make sure that it is PostgreSQL that listens there.',
  ],
])('a connection that fails with "%s" (%s) comes with advice', (message, code, advice) => {
  expect(connectFailure(failure(message, code))).toBe(`${message}. ${advice}`);
});

it('a connection that fails with an unknown code comes with what was said alone', () => {
  expect(connectFailure(failure('out of luck', 'XX000'))).toBe('out of luck');
});

it('a connection that fails with several lines comes with one', () => {
  expect(connectFailure(failure('first\n  second', 'XX000'))).toBe('first second');
});
