import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';

/** SQLSTATE of what a statement failed with, or the code of what the driver or socket failed with. */
export function failureCode(error: unknown): string | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code: unknown = (cause as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** In words. A host with several addresses fails with an error that has a code and no words. */
export function reasonOf(error: unknown): string {
  return (error as Error).message || (failureCode(error) ?? String(error));
}

/** Name of the violated constraint, when a constraint refused the statement. */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof QueryFailedError && failureCode(error)?.startsWith('23')
    ? (error.driverError as { constraint?: string }).constraint
    : undefined;
}

// Class 08: connection; 53: resources; 57P: shutdown; 58, XX: the system; 25P0: session ended; 25006:
// it only reads, after a switch to another server or because its disk is full.
const AWAY_SQLSTATE = /^(08|53|57P|58|XX|25P0|25006)/;
const AWAY_SOCKET =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/**
 * What the pool rejects with when it has no connection to give: plain errors, neither code nor class.
 * Last seen in pg 8.23.1 and pg-pool 3.14.0. test/database-failures.e2e-spec.ts provokes each of them
 * with the driver that is installed, so that an upgrade that changes a text fails there.
 */
const NO_CONNECTION = new Set([
  // pg-pool: all connections are in use, for longer than connectionTimeoutMillis.
  'timeout exceeded when trying to connect',
  // pg-pool: a new connection took longer than connectionTimeoutMillis.
  'Connection terminated due to connection timeout',
  // pg: the server, or something in between, ended a new connection before it was ready.
  'Connection terminated unexpectedly',
  // pg-pool: this process is shutting down.
  'Cannot use a pool after calling end on the pool',
]);
// 40: rolled back for another's sake; 55P03: a lock, 57014: a statement that took too long.
const BUSY_SQLSTATE = /^(40|55P03|57014)/;

/** True when the database serves nobody at the moment: the same statement may work later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = failureCode(error) ?? '';
  return (
    AWAY_SQLSTATE.test(code) ||
    AWAY_SOCKET.test(code) ||
    // Whatever the system says to it: a socket of Unix is a file that is not there.
    (error as NodeJS.ErrnoException).syscall === 'connect' ||
    isUnanswered(error) ||
    isReleased(error) ||
    NO_CONNECTION.has(error.message)
  );
}

/**
 * True when a statement failed without an answer of the server: its connection was lost, or the answer
 * did not come in time. The driver reports that with a plain error. An answer of the server has a
 * SQLSTATE, and a bug, such as a value that cannot be sent, has a class of its own.
 */
function isUnanswered(error: Error): boolean {
  return (
    error instanceof QueryFailedError &&
    failureCode(error) === undefined &&
    error.driverError.name === 'Error'
  );
}

/** TypeORM releases a connection that is lost between two statements of a transaction. */
function isReleased(error: Error): boolean {
  return (
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError
  );
}

/** True when not the request but the moment was wrong: away, or others were in the way too long. */
export function isTransient(error: unknown): boolean {
  return isDatabaseUnavailable(error) || BUSY_SQLSTATE.test(failureCode(error) ?? '');
}
