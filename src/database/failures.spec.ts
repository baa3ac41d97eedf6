import { DatabaseError } from 'pg';
import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { failureCode, isDatabaseUnavailable, isTransient, violatedConstraint } from './failures.js';

/** As TypeORM throws what the server answered. */
function refused(code: string, constraint?: string): QueryFailedError {
  const cause = new DatabaseError('refused', 0, 'error');
  Object.assign(cause, { code, constraint });
  return new QueryFailedError('SELECT', [], cause);
}

/** As TypeORM throws what the driver says when no answer came. */
function unanswered(message: string): QueryFailedError {
  return new QueryFailedError('SELECT', [], new Error(message));
}

/** As a socket fails, before or instead of any answer. */
const socketError = (code: string): Error => Object.assign(new Error('socket'), { code });

it.each([
  ['the SQLSTATE of a statement', refused('23505'), '23505'],
  ['the code of a socket', socketError('ECONNRESET'), 'ECONNRESET'],
  ['nothing of an error without one', new Error('other'), undefined],
  ['nothing of a code that is no text', Object.assign(new Error('other'), { code: 5 }), undefined],
  ['nothing of what is no error', 'text', undefined],
  ['nothing of nothing', undefined, undefined],
  ['nothing of null', null, undefined],
])('failureCode is %s', (_, error, code) => {
  expect(failureCode(error)).toBe(code);
});

it.each([
  ['a taken value', refused('23505', 'users_username_key'), 'users_username_key'],
  ['a missing row', refused('23503', 'answer_user_id_fkey'), 'answer_user_id_fkey'],
  ['another failure of a statement', refused('22001', 'not looked at'), undefined],
  ['a failure of a socket', socketError('ECONNRESET'), undefined],
  ['what is no error', { constraint: 'x', code: '23505' }, undefined],
])('violatedConstraint finds the constraint of %s, if any', (_, error, constraint) => {
  expect(violatedConstraint(error)).toBe(constraint);
});

describe('failures', () => {
  const away: [string, Error][] = [
    ['a lost connection', refused('08006')],
    ['too many connections', refused('53300')],
    ['a shutdown', refused('57P01')],
    ['a start', refused('57P03')],
    ['a disk that fails', refused('58030')],
    ['a session that was idle for too long', refused('25P03')],
    ['a refused connection', socketError('ECONNREFUSED')],
    ['a connection that was reset', socketError('ECONNRESET')],
    ['a name that does not resolve', socketError('ENOTFOUND')],
    [
      'a socket of Unix that is not there',
      Object.assign(new Error('connect ENOENT'), { code: 'ENOENT', syscall: 'connect' }),
    ],
    ['a server that only reads', refused('25006')],
    ['a connection that ended', unanswered('Connection terminated unexpectedly')],
    [
      'a connection that the driver says nothing else of',
      unanswered('in words of another version'),
    ],
    ['a new connection that ended', new Error('Connection terminated unexpectedly')],
    [
      'a new connection that took too long',
      new Error('Connection terminated due to connection timeout'),
    ],
    ['a pool that has ended', new Error('Cannot use a pool after calling end on the pool')],
    ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
    ['a server that no longer answers', unanswered('Query read timeout')],
    [
      'a transaction that lost its connection between two statements',
      new QueryRunnerProviderAlreadyReleasedError(),
    ],
    ['one that lost it before a query that was built', new QueryRunnerAlreadyReleasedError()],
    [
      'a client that broke',
      unanswered('Client has encountered a connection error and is not queryable'),
    ],
  ];
  const busy: [string, Error][] = [
    ['a deadlock', refused('40P01')],
    ['a serialization', refused('40001')],
    ['a lock that took too long', refused('55P03')],
    ['a statement that took too long', refused('57014')],
  ];
  const final: [string, unknown][] = [
    ['a taken value', refused('23505')],
    ['a text that is too long', refused('22001')],
    ['wrong SQL', refused('42601')],
    ['a file that is not there', socketError('ENOENT')],
    ['a bug', new TypeError('x is not a function')],
    ['another plain error', new Error('Connection terminated by the user')],
    [
      'a value that cannot be sent',
      new QueryFailedError('SELECT', [], new TypeError('cannot convert')),
    ],
    ['what is no error', 'Connection terminated'],
    ['nothing', undefined],
  ];

  it.each(away)('a failure of %s means that the database is unavailable', (_, error) => {
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  it.each([...busy, ...final])(
    'a failure of %s does not mean that the database is unavailable',
    (_, error) => {
      expect(isDatabaseUnavailable(error)).toBe(false);
    },
  );

  it.each([...away, ...busy])('a failure of %s is transient', (_, error) => {
    expect(isTransient(error)).toBe(true);
  });

  it.each(final)('a failure of %s is not transient', (_, error) => {
    expect(isTransient(error)).toBe(false);
  });
});
