import { type INestApplication, Logger } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Shutdown } from './shutdown.js';

/** Share of the time that streams may take to end; the rest is for requests, events and closing. */
const DRAIN_SHARE = 0.6;
/** Seconds before the limit at which the process ends whatever is left. */
const MARGIN_SECONDS = 0.3;

/**
 * SIGTERM and SIGINT end the process with exit code 0 within `SHUTDOWN_SECONDS`: streams end spread
 * over the time, requests and events in flight finish; what does not is safe in the database.
 * @param release what to stop last
 */
export function exitOnSignal(app: INestApplication, release: () => Promise<void>): void {
  const logger = new Logger('Shutdown');
  const { shutdownSeconds } = app.get(Settings);
  let hasBegun = false;

  const shutDown = async (signal: string): Promise<void> => {
    // A second signal changes nothing: the first has set the limit.
    if (hasBegun) return;
    hasBegun = true;
    logger.log(`${signal}: shutting down within ${shutdownSeconds} s`);
    setTimeout(() => process.exit(0), (shutdownSeconds - MARGIN_SECONDS) * 1_000).unref();
    try {
      await app.get(Shutdown).drain(shutdownSeconds * DRAIN_SHARE);
      await app.close();
      await release();
    } catch (error) {
      logger.error(error);
    }
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void shutDown(signal));
  process.on('SIGINT', (signal) => void shutDown(signal));
}
