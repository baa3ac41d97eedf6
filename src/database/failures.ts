import { QueryFailedError } from 'typeorm';

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
// The driver and its pool have no codes for these. TypeORM gives a connection that is lost between two
// statements of a transaction up, and then says that it was released.
const AWAY_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|encountered a connection error|not queryable|after calling end|already released/i;
// 40: rolled back for another's sake; 55P03: a lock, 57014: a statement that took too long.
const BUSY_SQLSTATE = /^(40|55P03|57014)/;

/** True when the database serves nobody at the moment: the same statement may work later. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = failureCode(error) ?? '';
  return (
    AWAY_SQLSTATE.test(code) ||
    AWAY_SOCKET.test(code) ||
    // Whatever the system says to it: a socket of Unix is a file that is not there.
    (error as NodeJS.ErrnoException).syscall === 'connect' ||
    AWAY_MESSAGE.test(error.message)
  );
}

/** True when not the request but the moment was wrong: away, or others were in the way too long. */
export function isTransient(error: unknown): boolean {
  return isDatabaseAway(error) || BUSY_SQLSTATE.test(failureCode(error) ?? '');
}
