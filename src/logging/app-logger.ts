import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { currentRequest } from '../telemetry/request-record.js';
import { standardOutput } from './line-buffer.js';

/**
 * Nest's logger: JSON, a line each, in production; for people otherwise. A line that is written on
 * behalf of a request carries its id.
 */
export class AppLogger extends ConsoleLogger {
  constructor({ nodeEnv, logLevel }: Settings) {
    super({ json: nodeEnv === 'production', logLevels: [logLevel] });
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

  protected override getJsonLogObject(
    ...given: Parameters<ConsoleLogger['getJsonLogObject']>
  ): ReturnType<ConsoleLogger['getJsonLogObject']> {
    const id = currentRequest()?.id;
    return Object.assign(super.getJsonLogObject(...given), id !== undefined && { request_id: id });
  }

  protected override formatContext(context: string): string {
    const id = currentRequest()?.id;
    return super.formatContext(id === undefined ? context : `${context} ${id}`);
  }
}
