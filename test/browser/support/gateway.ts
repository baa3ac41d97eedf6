import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { freePort } from '../../../testing/free-port.mjs';

/**
 * A proxy between a browser and the board, as many have one: it can answer for a server that it
 * does not reach, and it can cut what is open.
 */
export class Gateway {
  private server: Server | undefined;
  private status: number | undefined;
  /** How many streams it has turned away. */
  refused = 0;

  private constructor(private readonly port: number) {}

  static async open(target: string): Promise<Gateway> {
    const gateway = new Gateway(await freePort());
    gateway.server = createServer((incoming, outgoing) => {
      const isStream = incoming.url?.startsWith('/api/notification/stream?');
      if (isStream && gateway.status !== undefined) {
        gateway.refused += 1;
        outgoing.writeHead(gateway.status).end();
        return;
      }
      const { method, headers } = incoming;
      const forward = request(new URL(incoming.url ?? '/', target), { method, headers });
      forward.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      forward.on('error', () => outgoing.destroy());
      outgoing.on('close', () => forward.destroy());
      incoming.pipe(forward);
    }).listen(gateway.port);
    await once(gateway.server, 'listening');
    return gateway;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** Cuts every connection and answers streams with `status` from now on. */
  refuseStreams(status: number): void {
    this.status = status;
    this.server?.closeAllConnections();
  }

  allowStreams(): void {
    this.status = undefined;
  }

  close(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
