import { Logger } from '@nestjs/common';

/** Share of the time that streams may take to end; the rest is for requests, events and closing. */
const DRAIN_SHARE = 0.6;
/** Seconds before the limit at which the process ends whatever is left. */
const MARGIN_SECONDS = 0.3;

/**
 * Ends the process with exit code 0 before `seconds` are over, should `close` take longer. What is
 * not done by then is safe in the database.
 * @param close is given the seconds that streams may take to end
 */
export async function shutDownWithin(
  seconds: number,
  signal: NodeJS.Signals,
  close: (drainSeconds: number) => Promise<void>,
): Promise<void> {
  const logger = new Logger('Shutdown');
  logger.log(`${signal}: shutting down within ${seconds} s`);
  setTimeout(() => process.exit(0), (seconds - MARGIN_SECONDS) * 1_000).unref();
  try {
    await close(seconds * DRAIN_SHARE);
  } catch (error) {
    logger.error(error instanceof Error ? error.stack : String(error));
  }
}
