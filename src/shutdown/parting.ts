import type { Server } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Shutdown } from './shutdown.js';

/** Milliseconds without a request after which nobody is thought to send any more. */
const SILENCE_MS = 1_000;
/** Milliseconds between two looks at who is left. */
const LOOK_MS = 20;
/** Milliseconds of a turn of the event loop in which next to nothing was done. */
const QUIET_TURN_MS = 0.05;
/** Turns after which a quiet one is waited for no longer. */
const TURNS = 1_000;

/**
 * Leaves no request without an answer at the end: one that is sent into a connection just as it is
 * closed gets none, and a proxy may not send a vote twice. So each connection ends with an answer
 * that says so, and only then is nobody let in any more.
 */
@Injectable()
export class Parting {
  constructor(
    shutdown: Shutdown,
    private readonly host: HttpAdapterHost,
  ) {
    shutdown.onDrain((seconds) => this.endConnections(seconds));
  }

  /** From now on connections are refused, which a proxy takes for a reason to try the next. */
  async stopListening(): Promise<void> {
    // Who knocks while a turn is under way is let in by the next, and is closed out by this: the
    // shorter the turn, the fewer there are.
    for (let turn = 0; turn < TURNS; turn += 1) {
      const from = performance.now();
      await setImmediate();
      if (performance.now() - from < QUIET_TURN_MS) break;
    }
    this.server.close();
  }

  private get server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }

  /** Resolves when no connection is left, or nothing is sent any more, or the time is over. */
  private async endConnections(seconds: number): Promise<void> {
    const until = performance.now() + seconds * 1_000;
    let lastRequest = performance.now();
    this.server.prependListener('request', (_, response) => {
      lastRequest = performance.now();
      response.shouldKeepAlive = false;
    });
    const isOver = (): boolean => performance.now() > Math.min(until, lastRequest + SILENCE_MS);
    while (!isOver() && (await this.countConnections()) > 0) await setTimeout(LOOK_MS);
  }

  private countConnections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }
}
