import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One connection of the server, and the one to PostgreSQL that belongs to it. */
interface Link {
  client: Socket;
  server: Socket;
}

/** An answer that PostgreSQL has given and nobody has got. */
export interface Withheld {
  /** Cuts the connection: the answer is lost. */
  lose(): void;
}

interface Trap {
  text: string;
  link?: Link;
  spring(withheld: Withheld): void;
}

/** Stands between server and PostgreSQL, and loses what it is told to lose. */
export class DatabaseProxy {
  private readonly links = new Set<Link>();
  private readonly listener: Server;
  private trap: Trap | undefined;
  private isAway = false;
  private isSilent = false;

  private constructor(private readonly target: URL) {
    this.listener = createServer((client) => this.accept(client));
  }

  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(new URL(databaseUrl));
    await once(proxy.listener.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  /** For a DATABASE_URL. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
    return url.href;
  }

  /**
   * Lets the next request that contains `text` through, and nothing of the answer.
   * Resolves once PostgreSQL has answered, so that what was asked is done.
   */
  withhold(text: string): Promise<Withheld> {
    return new Promise((spring) => (this.trap = { text, spring }));
  }

  /** Cuts every connection, and new ones at once, until {@link comeBack}. */
  goAway(): void {
    this.isAway = true;
    this.cut();
  }

  /** Loses everything in both directions from now on, and tells nobody. */
  fallSilent(): void {
    this.isSilent = true;
  }

  comeBack(): void {
    this.isAway = false;
  }

  async close(): Promise<void> {
    this.cut();
    this.listener.close();
    await once(this.listener, 'close');
  }

  private cut(): void {
    for (const { client } of this.links) client.destroy();
  }

  private accept(client: Socket): void {
    if (this.isAway) {
      client.destroy();
      return;
    }
    const server = connect(Number(this.target.port || 5432), this.target.hostname);
    const link = { client, server };
    this.links.add(link);
    client.on('data', (data) => {
      if (this.trap && !this.trap.link && data.includes(this.trap.text)) this.trap.link = link;
      if (!this.isSilent) server.write(data);
    });
    server.on('data', (data) => {
      if (this.trap?.link === link) {
        const trap = this.trap;
        this.trap = undefined;
        this.isolate(link);
        trap.spring({ lose: () => client.destroy() });
      } else if (!this.isSilent && this.links.has(link)) {
        client.write(data);
      }
    });
    for (const socket of [client, server]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.links.delete(link);
        client.destroy();
        server.destroy();
      });
    }
  }

  /** What PostgreSQL says from now on reaches nobody. */
  private isolate(link: Link): void {
    this.links.delete(link);
  }
}
