import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';

/** @returns the SQLSTATE of a failed statement, or the error code of the driver or socket */
export function failureCode(error: unknown): string | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code: unknown = (cause as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** @returns the message, or the code: a host with several addresses fails with an error without message */
export function reasonOf(error: unknown): string {
  return (error as Error).message || (failureCode(error) ?? String(error));
}

/** @returns the name of the constraint that the statement violated; undefined for any other error */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof QueryFailedError && failureCode(error)?.startsWith('23')
    ? (error.driverError as { constraint?: string }).constraint
    : undefined;
}

// 08: connection; 53: resources; 57P: shutdown; 58, XX: system error; 25P0: session ended; 25006: the
// server is read-only, after a failover or because its disk is full.
const UNAVAILABLE_SQLSTATE = /^(08|53|57P|58|XX|25P0|25006)/;
const UNAVAILABLE_SOCKET =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/**
 * Messages of the pool when it has no connection: plain errors with neither code nor class, as of
 * pg 8.23.1 and pg-pool 3.14.0. test/database-failures.e2e-spec.ts provokes each of them with the
 * installed driver, so it fails when an upgrade changes a message.
 */
const NO_CONNECTION = new Set([
  // pg-pool: all connections were in use for longer than connectionTimeoutMillis.
  'timeout exceeded when trying to connect',
  // pg-pool: a new connection took longer than connectionTimeoutMillis.
  'Connection terminated due to connection timeout',
  // pg: the server, or a proxy, ended a new connection before it was ready.
  'Connection terminated unexpectedly',
  // pg-pool: this process is shutting down.
  'Cannot use a pool after calling end on the pool',
]);
// 40: rolled back because of another transaction; 55P03: lock timeout; 57014: statement timeout.
const BUSY_SQLSTATE = /^(40|55P03|57014)/;

/** @returns true when the database serves no statement at the moment: the same one may work later */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = failureCode(error) ?? '';
  return (
    UNAVAILABLE_SQLSTATE.test(code) ||
    UNAVAILABLE_SOCKET.test(code) ||
    // With any code: a missing Unix socket, for example, is ENOENT.
    (error as NodeJS.ErrnoException).syscall === 'connect' ||
    isUnanswered(error) ||
    isReleased(error) ||
    NO_CONNECTION.has(error.message)
  );
}

/**
 * @returns true when a statement failed without a response of the server: the connection was lost or
 * timed out. The driver then throws a plain Error. A response of the server has a SQLSTATE, and a bug,
 * such as a value that cannot be serialized, has another class.
 */
function isUnanswered(error: Error): boolean {
  return (
    error instanceof QueryFailedError &&
    failureCode(error) === undefined &&
    error.driverError.name === 'Error'
  );
}

/** TypeORM releases a connection that was lost between two statements of a transaction. */
function isReleased(error: Error): boolean {
  return (
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError
  );
}

/**
 * @returns true for a transient failure: the database is unavailable, or another transaction caused a
 * conflict or timeout. The same statement may work later.
 */
export function isTransient(error: unknown): boolean {
  return isDatabaseUnavailable(error) || BUSY_SQLSTATE.test(failureCode(error) ?? '');
}
