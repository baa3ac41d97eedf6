import net from 'node:net';
import { ChunkedBody } from './chunked-body.mjs';

/**
 * One address has some 28,000 ports, those of closed connections included for a minute. Linux answers
 * on all of 127.0.0.0/8.
 */
const ADDRESSES = process.platform === 'linux' ? 16 : 1;

let opened = 0;

/**
 * An open SSE stream on a bare socket: ten thousand of them must cost little.
 * @typedef {{ type: string, id: string, data: string }} Frame its bytes, a character each
 */
export class EventStream {
  #socket;
  #body;
  #text = '';
  /** The last id, as a browser keeps it. */
  cursor;

  /**
   * @param {{ port: number, token: string, cursor?: string }} target
   * @param {{ frame: (frame: Frame) => void, end: (reason: string) => void }} listener
   */
  constructor({ port, token, cursor }, listener) {
    this.cursor = cursor;
    opened += 1;
    this.#socket = net.connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      localAddress: `127.0.0.${1 + (opened % ADDRESSES)}`,
    });
    const resume = cursor === undefined ? '' : `Last-Event-ID: ${cursor}\r\n`;
    this.#socket.setEncoding('latin1');
    this.#socket.write(
      `GET /api/notification/stream?token=${token} HTTP/1.1\r\nHost: bench\r\n` +
        `Accept: text/event-stream\r\n${resume}\r\n`,
    );
    this.#socket.on('data', (text) => this.#take(text, listener));
    this.#socket.on('error', (error) => listener.end(error.message));
    this.#socket.on('end', () => listener.end('ended by the server'));
  }

  /** Without a word to the server, as when a cable is pulled. */
  cut() {
    this.#socket.removeAllListeners();
    this.#socket.on('error', () => undefined);
    this.#socket.destroy();
  }

  #take(text, listener) {
    if (this.#body) {
      this.#text += this.#body.take(text);
    } else {
      this.#text += text;
      const headEnd = this.#text.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const status = this.#text.slice(9, 12);
      if (status !== '200') {
        listener.end(`status ${status}`);
        return;
      }
      this.#body = new ChunkedBody();
      this.#text = this.#body.take(this.#text.slice(headEnd + 4));
    }
    this.#read(listener);
  }

  #read(listener) {
    let start = 0;
    for (let end; (end = this.#text.indexOf('\n\n', start)) >= 0; start = end + 2) {
      const frame = this.#text.slice(start, end);
      const id = field(frame, 'id: ');
      if (id !== '') this.cursor = id;
      listener.frame({ type: field(frame, 'event: '), id, data: field(frame, 'data: ') });
    }
    if (start > 0) this.#text = this.#text.slice(start);
  }
}

function field(frame, name) {
  const at = frame.startsWith(name) ? 0 : frame.indexOf(`\n${name}`) + 1;
  if (at === 0 && !frame.startsWith(name)) return '';
  const end = frame.indexOf('\n', at);
  return frame.slice(at + name.length, end < 0 ? undefined : end);
}
