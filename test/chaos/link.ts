import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Random } from './random.js';

/** Two sockets that are one connection to those at its ends. */
interface Connection {
  near: Socket;
  far: Socket;
}

/** A link that can be cut, and that leads somewhere else once what it led to has come up elsewhere. */
export class Link {
  private readonly connections = new Set<Connection>();
  private readonly listener: Server;
  /** Port on 127.0.0.1 it leads to; undefined: nobody is there. */
  target: number | undefined;

  private constructor() {
    this.listener = createServer((near) => this.accept(near));
  }

  static async start(target?: number): Promise<Link> {
    const link = new Link();
    link.target = target;
    await once(link.listener.listen(0, '127.0.0.1'), 'listening');
    return link;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Cuts about that share of the connections, in good order or not. @returns how many */
  cut(share: number, random: Random): number {
    const chosen = [...this.connections].filter(() => random.chance(share));
    for (const { near, far } of chosen) {
      if (random.chance(0.5)) near.resetAndDestroy();
      else near.destroy();
      far.destroy();
    }
    return chosen.length;
  }

  async close(): Promise<void> {
    for (const { near } of this.connections) near.destroy();
    this.listener.close();
    await once(this.listener, 'close');
  }

  private accept(near: Socket): void {
    near.on('error', () => undefined);
    if (this.target === undefined) {
      near.destroy();
      return;
    }
    const far = connect(this.target, '127.0.0.1').setNoDelay();
    const connection = { near: near.setNoDelay(), far };
    this.connections.add(connection);
    near.pipe(far).pipe(near);
    far.on('error', () => undefined);
    near.on('close', () => {
      this.connections.delete(connection);
      far.destroy();
    });
    // What it said last is passed on before the other end is closed.
    far.on('close', () => near.destroySoon());
  }
}
