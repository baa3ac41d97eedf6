import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import type { RequestRecord } from '../telemetry/request-record.js';
import {
  type FrameWritten,
  frameWritten,
  requestEnded,
  streamOpened,
} from '../telemetry/signals.js';
import { logOutput } from './log-output.js';

type Level = 'log' | 'debug';

/** A longer path says no more than its beginning. */
const MAX_PATH_LENGTH = 200;

/** Machines ask these every few seconds. */
const ROUTINE = /^\/(health\/|metrics$)/;

/** One line a request, two a stream, and at level debug one a frame. Never a query: it may hold a token. */
@Injectable()
export class AccessLog implements OnModuleDestroy {
  private readonly logger = new Logger('Request');
  private readonly isJson: boolean;
  private readonly listening: (() => void)[] = [];

  constructor({ nodeEnv, logFile }: Settings) {
    this.isJson = nodeEnv === 'production' || logFile !== undefined;
    if (!Logger.isLevelEnabled('log')) return;
    this.listening.push(
      requestEnded.listen((request) => this.logEnd(request)),
      streamOpened.listen((request) => this.logOpening(request)),
    );
    if (!Logger.isLevelEnabled('debug')) return;
    this.listening.push(frameWritten.listen((frame) => this.logFrame(frame)));
  }

  onModuleDestroy(): void {
    for (const stop of this.listening) stop();
  }

  private logEnd(request: RequestRecord): void {
    const { status, stream } = request;
    const streamEnd = stream && (stream.end ?? 'left');
    const milliseconds = Math.round((performance.now() - request.startedAt) * 10) / 10;
    const level = ROUTINE.test(request.path) ? 'debug' : 'log';
    this.write(level, streamEnd ? `${status} ended: ${streamEnd}` : String(status), request, {
      status,
      duration_ms: milliseconds,
      ...(streamEnd && { stream: 'ended', reason: streamEnd }),
    });
  }

  private logOpening(request: RequestRecord): void {
    this.write('log', 'opened', request, { stream: 'opened' });
  }

  private logFrame({ type, userId, id, trace }: FrameWritten): void {
    this.print('debug', `Sent ${type}`, {
      event: type,
      seq: id,
      user_id: userId,
      event_id: trace?.eventId,
      request_id: trace?.requestId,
    });
  }

  private write(level: Level, outcome: string, request: RequestRecord, fields: object): void {
    const { id, method, userId, address } = request;
    const path = request.path.slice(0, MAX_PATH_LENGTH);
    this.print(level, `${method} ${path} ${outcome}`, {
      method,
      path,
      ...fields,
      request_id: id,
      user_id: userId,
      address,
    });
  }

  /** JSON does not pass the logger: on the way of every request it would be felt. */
  private print(level: Level, message: string, fields: Record<string, unknown>): void {
    if (!this.isJson) {
      this.logger[level](`${message} ${described(fields)}`);
    } else if (Logger.isLevelEnabled(level)) {
      const timestamp = Date.now();
      const line = { level, pid: process.pid, timestamp, message, context: 'Request' };
      // An object literal with two spreads takes several times as long as JSON.stringify.
      logOutput().add(JSON.stringify(Object.assign(line, fields)));
    }
  }
}

/** What the message of a line for people does not say yet. */
function described({ method, path, status, ...fields }: Record<string, unknown>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
