import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One connection of a client, and the one to the server behind that belongs to it. */
export interface Link {
  client: Socket;
  server: Socket;
}

/** Stands between the application and a server it needs, and loses what a test wants lost. */
export class TcpProxy {
  protected readonly links = new Set<Link>();
  private readonly listener: Server;
  private isAway = false;
  private isSilent = false;
  private delayMs = 0;

  /** @param target address of the server, with its port */
  protected constructor(private readonly target: URL) {
    this.listener = createServer((client) => this.accept(client));
  }

  static async to(url: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(url));
    await proxy.listen();
    return proxy;
  }

  /** The server's address, by way of this. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
    return url.href;
  }

  /** Cuts every connection, and new ones at once, until {@link comeBack}. */
  goAway(): void {
    this.isAway = true;
    this.cut();
  }

  /** Loses everything in both directions, and tells nobody, until {@link comeBack}. */
  fallSilent(): void {
    this.isSilent = true;
  }

  /** Takes that many milliseconds for each way from now on. */
  slowDown(delayMs: number): void {
    this.delayMs = delayMs;
  }

  comeBack(): void {
    this.isAway = false;
    this.isSilent = false;
    this.delayMs = 0;
  }

  async close(): Promise<void> {
    this.cut();
    this.listener.close();
    await once(this.listener, 'close');
  }

  protected async listen(): Promise<void> {
    await once(this.listener.listen(0, '127.0.0.1'), 'listening');
  }

  /** Carries what a client says. */
  protected ask(link: Link, data: Buffer): void {
    if (!this.isSilent) this.carry(link.server, data);
  }

  /** Carries what the server answers. */
  protected answer(link: Link, data: Buffer): void {
    if (!this.isSilent && this.links.has(link)) this.carry(link.client, data);
  }

  private carry(to: Socket, data: Buffer): void {
    if (this.delayMs === 0) to.write(data);
    else setTimeout(() => to.write(data), this.delayMs);
  }

  private cut(): void {
    for (const { client } of this.links) client.destroy();
  }

  private accept(client: Socket): void {
    if (this.isAway) {
      client.destroy();
      return;
    }
    const server = connect(Number(this.target.port), this.target.hostname);
    const link = { client, server };
    this.links.add(link);
    client.on('data', (data) => this.ask(link, data));
    server.on('data', (data) => this.answer(link, data));
    for (const socket of [client, server]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.links.delete(link);
        client.destroy();
        server.destroy();
      });
    }
  }
}
