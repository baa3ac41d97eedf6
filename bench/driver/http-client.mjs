import net from 'node:net';

/** Below a server's own limit (Node: 5 s), so that no request meets a connection that is closing. */
const IDLE_LIMIT_MS = 3_000;

/**
 * HTTP/1.1 over kept connections, one request at a time on each, with as many connections as there
 * are requests at once. Knows no more than the answers measured here need: it costs a fraction of
 * `node:http`, and driver and server share the machine.
 */
export class HttpClient {
  #port;
  #idle = [];

  constructor(port) {
    this.#port = port;
  }

  /** @returns {Promise<{ status: number, body: string }>} body: its bytes, a character each */
  request(method, path, token, body = '') {
    const type = body && 'Content-Type: application/json\r\n';
    return this.#connection().send(
      `${method} ${path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\n` +
        `${type}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }

  #connection() {
    // The one used last comes first: the others grow old and are let go.
    for (let found = this.#idle.pop(); found; found = this.#idle.pop()) {
      if (found.isFresh) return found;
      found.close();
    }
    return new Connection(this.#port, (connection) => this.#idle.push(connection));
  }
}

class Connection {
  #socket;
  #waiting;
  #text = '';
  #usedAt = performance.now();
  #release;
  #isClosed = false;

  constructor(port, release) {
    this.#release = release;
    this.#socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text) => this.#take(text));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('The connection was closed')));
  }

  get isFresh() {
    return !this.#isClosed && performance.now() - this.#usedAt < IDLE_LIMIT_MS;
  }

  send(text) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(text);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #take(text) {
    this.#text += text;
    const headEnd = this.#text.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#text.slice(0, headEnd);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#text.length < headEnd + 4 + length) return;
    const body = this.#text.slice(headEnd + 4);
    this.#text = '';
    this.#usedAt = performance.now();
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    this.#release(this);
    resolve({ status: Number(head.slice(9, 12)), body });
  }

  #fail(error) {
    this.#isClosed = true;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}
