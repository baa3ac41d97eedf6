import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Random } from './random.js';

/** Two sockets that are one connection to those at its ends. */
interface Link {
  near: Socket;
  far: Socket;
}

/** A wire that can be cut, and that leads somewhere else once what it led to has come up elsewhere. */
export class Wire {
  private readonly links = new Set<Link>();
  private readonly listener: Server;
  /** Port on 127.0.0.1 it leads to; undefined: nobody is there. */
  target: number | undefined;

  private constructor() {
    this.listener = createServer((near) => this.accept(near));
  }

  static async start(target?: number): Promise<Wire> {
    const wire = new Wire();
    wire.target = target;
    await once(wire.listener.listen(0, '127.0.0.1'), 'listening');
    return wire;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Cuts about that share of the connections, in good order or not. @returns how many */
  cut(share: number, random: Random): number {
    const chosen = [...this.links].filter(() => random.chance(share));
    for (const { near, far } of chosen) {
      if (random.chance(0.5)) near.resetAndDestroy();
      else near.destroy();
      far.destroy();
    }
    return chosen.length;
  }

  async close(): Promise<void> {
    for (const { near } of this.links) near.destroy();
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
    const link = { near: near.setNoDelay(), far };
    this.links.add(link);
    near.pipe(far).pipe(near);
    far.on('error', () => undefined);
    near.on('close', () => {
      this.links.delete(link);
      far.destroy();
    });
    // What it said last is passed on before the other end is closed.
    far.on('close', () => near.destroySoon());
  }
}
