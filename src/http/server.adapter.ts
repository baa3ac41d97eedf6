import {
  createServer,
  IncomingMessage,
  type Server,
  ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { NestApplicationOptions } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express } from 'express';

/** Of a request alone: however long it takes, an answer that has begun is not cut. */
const LIMITS = {
  /** Bytes of the request line and all headers. */
  maxHeaderSize: 16 * 1024,
  /** Milliseconds from the first byte, or the connection, to the last header. */
  headersTimeout: 10_000,
  /** Milliseconds from the first byte to the last of the body. */
  requestTimeout: 30_000,
  /** Longer than a proxy keeps an idle connection: it must not send what is closed at this end. */
  keepAliveTimeout: 75_000,
  /** Milliseconds between two looks at who is too slow. */
  connectionsCheckingInterval: 1_000,
};

/** Milliseconds that a client has to read why its connection is closed. */
const REFUSAL_MS = 1_000;

/** What Node says of a request that it cannot read; anything else is a 400. */
const STATUSES: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/** Options of Nest that its own adapter implements and this one does not, with what to do instead. */
const UNSUPPORTED = {
  httpsOptions: 'end TLS in the proxy',
  forceCloseConnections: 'ConnectionDraining ends connections without losing an answer',
  return503OnClosing: 'a server that shuts down answers until its last connection has ended',
} satisfies Partial<Record<keyof NestApplicationOptions, string>>;

/** Express on a server that bounds how large a request may be, and how long it may take. */
export class ServerAdapter extends ExpressAdapter {
  /** @throws for an option that it would ignore */
  override initHttpServer(options: NestApplicationOptions = {}): void {
    for (const [name, instead] of Object.entries(UNSUPPORTED)) {
      if (options[name as keyof typeof UNSUPPORTED]) {
        throw new Error(`ServerAdapter does not support the option ${name}: ${instead}`);
      }
    }
    this.httpServer = createBoundedServer(this.getInstance<Express>());
  }
}

/**
 * The classes of an application's requests and responses. Express sets the prototype of each when it
 * arrives. V8 then optimises no access to it, and it survives young collections: a quarter or more of
 * the processor time of a vote (ADR 16). Created with that prototype, nothing changes.
 */
function classesOf(app: Express) {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse extends ServerResponse<ExpressRequest> {}
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  app.request = ExpressRequest.prototype as typeof app.request;
  app.response = ExpressResponse.prototype as typeof app.response;
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}

function createBoundedServer(app: Express): Server {
  /** Answers that are not finished, by connection: several, where requests came without waiting. */
  const answers = new WeakMap<Duplex, Set<ServerResponse>>();
  const server = createServer({ ...LIMITS, ...classesOf(app) }, app);
  server.on('connection', (socket) => answers.set(socket, new Set()));
  server.prependListener('request', ({ socket }, response) => {
    const unfinished = answers.get(socket)?.add(response);
    response.once('close', () => unfinished?.delete(response));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const hasBegun = [...(answers.get(socket) ?? [])].some(({ headersSent }) => headersSent);
    // What is written into the middle of an answer would be taken for part of it.
    if (!socket.writable || hasBegun) socket.destroy();
    else refuse(socket, STATUSES[error.code ?? ''] ?? 400);
  });
  return server;
}

/** In the shape of every other error; there is no request yet that Express could answer. */
function refuse(socket: Duplex, statusCode: number): void {
  const error = STATUS_CODES[statusCode]!;
  const body = JSON.stringify({ statusCode, message: 'The request cannot be read', error });
  socket.end(
    [
      `HTTP/1.1 ${statusCode} ${error}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  // At once, it would be reset while it still sends, and not read the answer.
  setTimeout(() => socket.destroy(), REFUSAL_MS).unref();
}
