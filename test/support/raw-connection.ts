import { connect, type Socket } from 'node:net';

/** A connection on which anything can be said, HTTP or not. */
export class RawConnection {
  /** All that has come so far; bytes as characters. */
  received = '';
  /** Resolves when the server has ended it. */
  readonly closed: Promise<void>;
  private waiting: (() => void)[] = [];

  /** @param url of the server */
  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const connection = new RawConnection(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    return connection;
  }

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
    socket.on('data', (chunk: string) => {
      this.received += chunk;
      this.wake();
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve();
        this.wake();
      });
    });
  }

  /** @param text bytes as characters, unless they are bytes */
  send(text: string | Uint8Array): void {
    if (typeof text === 'string') this.socket.write(text, 'latin1');
    else this.socket.write(text);
  }

  /** Says that nothing more will come. */
  finish(): void {
    this.socket.end();
  }

  close(): void {
    this.socket.destroy();
  }

  /** Resolves once it has come. @throws when the connection ends before */
  async says(text: string): Promise<void> {
    while (!this.received.includes(text)) {
      if (this.socket.destroyed) throw new Error(`It ended before "${text}":\n${this.received}`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private wake(): void {
    for (const resume of this.waiting.splice(0)) resume();
  }
}

/** Everything that comes back until the server closes the connection. */
export async function exchange(url: string, text: string | Uint8Array): Promise<string> {
  const connection = await RawConnection.open(url);
  connection.send(text);
  await connection.closed;
  return connection.received;
}
