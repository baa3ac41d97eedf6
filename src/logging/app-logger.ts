import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { standardOutput } from './line-buffer.js';

/**
 * Nest's logger: JSON, a line each, in production; for people otherwise. Objects that are
 * logged after a message become fields of its line, such as `request_id`.
 */
export class AppLogger extends ConsoleLogger {
  constructor({ nodeEnv, logLevel }: Settings) {
    super({ json: nodeEnv === 'production', flattenParams: true, logLevels: [logLevel] });
  }

  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel?: LogLevel,
    writeStreamType?: 'stdout' | 'stderr',
    errorStack?: unknown,
    params?: Record<string, unknown>,
  ): void {
    // Lines of requests wait for company: they come first.
    standardOutput.flush();
    super.printMessages(messages, context, logLevel, writeStreamType, errorStack, params);
  }
}
