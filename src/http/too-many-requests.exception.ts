import { HttpException, HttpStatus } from '@nestjs/common';

/** A 429 that says when to try again. */
export class TooManyRequestsException extends HttpException {
  constructor(
    message: string,
    /** Whole seconds, for `Retry-After`. */
    readonly retryAfterSeconds: number,
  ) {
    super(message, HttpStatus.TOO_MANY_REQUESTS);
  }
}
