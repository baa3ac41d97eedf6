import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { logOutput, openLogFile } from './log-output.js';

/** What is printed beside a log file. */
const PRINTED: readonly (LogLevel | undefined)[] = ['warn', 'error', 'fatal'];

/**
 * Nest's logger: JSON, a line each, in production; for people otherwise. Objects that are
 * logged after a message become fields of its line, such as `request_id`. With LOG_FILE everything
 * goes there, and warnings and errors are printed as well.
 */
export class AppLogger extends ConsoleLogger {
  private readonly hasFile: boolean;

  /** @throws {SettingsError} LOG_FILE cannot be opened */
  constructor({ nodeEnv, logLevel, logFile }: Settings) {
    super({ json: nodeEnv === 'production', flattenParams: true, logLevels: [logLevel] });
    this.hasFile = logFile !== undefined;
    if (logFile !== undefined) openLogFile(logFile);
  }

  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel: LogLevel = 'log',
    writeStreamType?: 'stdout' | 'stderr',
    errorStack?: unknown,
    params?: Record<string, unknown>,
  ): void {
    if (this.hasFile) {
      for (const message of messages) this.store(message, context, logLevel, errorStack, params);
      if (!PRINTED.includes(logLevel)) return;
    }
    // Lines of requests wait for company: they come first.
    logOutput().flush();
    super.printMessages(messages, context, logLevel, writeStreamType, errorStack, params);
  }

  /** Always as JSON: a file is searched later, by time and by field. */
  private store(
    message: unknown,
    context = '',
    logLevel: LogLevel,
    errorStack: unknown,
    params: Record<string, unknown> | undefined,
  ): void {
    const text = message instanceof Error ? message.stack : message;
    const line = this.getJsonLogObject(text, { context, logLevel, errorStack, params });
    logOutput().add(JSON.stringify(line));
  }
}
