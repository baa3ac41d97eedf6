import { Logger } from '@nestjs/common';

/** Share of the time that streams may take to end; the rest is for requests, events and closing. */
const DRAIN_SHARE = 0.6;
/** Seconds before the limit at which the process ends whatever is left. */
const MARGIN_SECONDS = 0.3;

/**
 * SIGTERM and SIGINT end the process with exit code 0 within `shutdownSeconds`, also while it is
 * still starting. What is not done by then is safe in the database.
 * @param windUp is given the seconds that streams may take to end
 */
export function exitOnSignal(
  shutdownSeconds: number,
  windUp: (drainSeconds: number) => Promise<void>,
): void {
  const logger = new Logger('Shutdown');
  let hasBegun = false;

  const shutDown = async (signal: string): Promise<void> => {
    // A second signal changes nothing: the first has set the limit.
    if (hasBegun) return;
    hasBegun = true;
    logger.log(`${signal}: shutting down within ${shutdownSeconds} s`);
    setTimeout(() => process.exit(0), (shutdownSeconds - MARGIN_SECONDS) * 1_000).unref();
    try {
      await windUp(shutdownSeconds * DRAIN_SHARE);
    } catch (error) {
      logger.error(error instanceof Error ? error.stack : String(error));
    }
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void shutDown(signal));
  process.on('SIGINT', (signal) => void shutDown(signal));
}
