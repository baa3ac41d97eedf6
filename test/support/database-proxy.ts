import { type Link, TcpProxy } from './tcp-proxy.js';

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

/** "Ready for a query", as PostgreSQL says it when it has let somebody in. */
const WELCOME = Buffer.from('5a0000000549', 'hex');
const END_MESSAGE = [
  'SFATAL',
  'VFATAL',
  'C57P01',
  'Mterminating connection due to unexpected postmaster exit',
];

/** Stands between server and PostgreSQL. */
export class DatabaseProxy extends TcpProxy {
  private trap: Trap | undefined;
  private endMessages = 0;

  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const target = new URL(databaseUrl);
    target.port ||= '5432';
    const proxy = new DatabaseProxy(target);
    await proxy.listen();
    return proxy;
  }

  /**
   * Lets the next request that contains `text` through, and nothing of the answer.
   * Resolves once PostgreSQL has answered, so that what was asked is done.
   */
  withhold(text: string): Promise<Withheld> {
    return new Promise((spring) => (this.trap = { text, spring }));
  }

  /** Has that many connections ended in the very packet that opens them. */
  endAtOnce(count: number): void {
    this.endMessages = count;
  }

  protected override ask(link: Link, data: Buffer): void {
    if (this.trap && !this.trap.link && data.includes(this.trap.text)) this.trap.link = link;
    super.ask(link, data);
  }

  protected override answer(link: Link, data: Buffer): void {
    if (this.trap?.link !== link) {
      super.answer(link, this.endMessages > 0 ? this.end(data) : data);
      return;
    }
    const trap = this.trap;
    this.trap = undefined;
    // What PostgreSQL says from now on reaches nobody.
    this.links.delete(link);
    trap.spring({ lose: () => link.client.destroy() });
  }

  private end(data: Buffer): Buffer {
    if (!data.subarray(-WELCOME.length).equals(WELCOME)) return data;
    this.endMessages -= 1;
    const fields = Buffer.from(`${END_MESSAGE.join('\0')}\0\0`);
    const header = Buffer.from('E\0\0\0\0');
    header.writeInt32BE(fields.length + 4, 1);
    return Buffer.concat([data, header, fields]);
  }
}
