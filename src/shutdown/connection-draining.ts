import type { Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Shutdown } from './shutdown.js';

/** Milliseconds without a request after which clients are assumed to have stopped sending. */
const SILENCE_MS = 1_000;
/** Milliseconds between two checks whether connections are left. */
const CHECK_MS = 20;
/** Milliseconds without any activity in which the server stops listening. */
const QUIET_MS = 20;
/** Milliseconds after which the server stops listening in any case. */
const QUIET_LIMIT_MS = 300;

/**
 * Leaves no request without an answer. A request that is sent while its connection closes gets no
 * answer, and a proxy may not repeat most requests. So each connection ends with an answer that says
 * `Connection: close`, and only then does the server stop listening.
 */
@Injectable()
export class ConnectionDraining {
  /** When a connection was accepted, or a request began or ended, for the last time. */
  private lastActivity = performance.now();

  constructor(
    shutdown: Shutdown,
    private readonly host: HttpAdapterHost,
  ) {
    shutdown.onDrain((seconds) => this.endConnections(seconds));
  }

  /**
   * From now on connections are refused, and a proxy tries the next instance.
   *
   * The system resets a connection that it has established and the server has not accepted yet. Such
   * connections pile up while the server works on requests. So new connections wait unread until the
   * requests under way have ended: then the server does nothing but accept, and none is in between.
   */
  async stopListening(): Promise<void> {
    const { server } = this;
    const waiting = new Set<Socket>();
    server.on('connection', (socket) => {
      this.lastActivity = performance.now();
      if (!server.listening) return;
      waiting.add(socket);
      // Node.js begins to read after this tick. A pause before that has no effect.
      process.nextTick(() => socket.pause());
    });
    const until = performance.now() + QUIET_LIMIT_MS;
    do {
      await setTimeout(QUIET_MS);
      // Timers come first: connections that came while the process stood still are accepted now.
      await setImmediate();
    } while (performance.now() < Math.min(until, this.lastActivity + QUIET_MS));
    // The close of HTTP would also cut connections without a request. From Node.js 26 on, those are
    // among them whose request has not been read.
    NetServer.prototype.close.call(server);
    for (const socket of waiting) socket.resume();
    // Their requests are read before anything else closes the server.
    await setImmediate();
  }

  private get server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }

  /** Resolves when no connection is left, clients have stopped sending, or the time is over. */
  private async endConnections(seconds: number): Promise<void> {
    const until = performance.now() + seconds * 1_000;
    let lastRequest = performance.now();
    this.server.prependListener('request', (_, response) => {
      lastRequest = performance.now();
      this.lastActivity = lastRequest;
      response.shouldKeepAlive = false;
      response.once('close', () => (this.lastActivity = performance.now()));
    });
    const isOver = (): boolean => performance.now() > Math.min(until, lastRequest + SILENCE_MS);
    while (!isOver() && (await this.countConnections()) > 0) await setTimeout(CHECK_MS);
  }

  private countConnections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }
}
