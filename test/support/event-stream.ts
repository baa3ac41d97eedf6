import { get as getOverHttp, type IncomingMessage } from 'node:http';
import { get as getOverHttps } from 'node:https';

/** One event of a stream, as an EventSource would take it apart. */
export interface Frame {
  event: string;
  id: string | undefined;
  retry: string | undefined;
  data: Record<string, unknown>;
}

/** Milliseconds between two sips of a slow reader. */
const SIP_PAUSE_MS = 20;

const open = new Set<EventStream>();

/** Streams that a test left open. */
export function openStreams(): number {
  return open.size;
}

export function closeStreams(): void {
  for (const stream of open) stream.close();
}

/** A stream read byte by byte: what was sent is kept as it came. */
export class EventStream {
  /** Every event so far. */
  readonly frames: Frame[] = [];
  /** The whole body so far. */
  text = '';
  /** Resolves when the server has ended it, or it was closed. */
  readonly ended: Promise<void>;
  private taken = 0;
  private sipped = 0;
  /** What has come and is no whole event yet. */
  private rest = '';
  private waiting: (() => void)[] = [];

  /** @param ca who vouches for a server of HTTPS, in PEM */
  static open(
    url: string,
    headers: Record<string, string> = {},
    ca?: string,
  ): Promise<EventStream> {
    const get = url.startsWith('https:') ? getOverHttps : getOverHttp;
    const options = { headers, agent: false, ...(ca !== undefined && { ca }) };
    return new Promise((resolve, reject) => {
      get(url, options, (response) => resolve(new EventStream(response))).on('error', reject);
    });
  }

  private constructor(private readonly response: IncomingMessage) {
    open.add(this);
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      this.text += chunk;
      this.rest += chunk;
      this.parse();
      this.wake();
    });
    this.ended = new Promise((resolve) => {
      response.on('close', () => {
        open.delete(this);
        resolve();
        this.wake();
      });
      response.on('error', () => undefined);
    });
  }

  get status(): number {
    return this.response.statusCode!;
  }

  get headers(): IncomingMessage['headers'] {
    return this.response.headers;
  }

  /** The client's. */
  get port(): number {
    return this.response.socket.localPort!;
  }

  get isOpen(): boolean {
    return open.has(this);
  }

  close(): void {
    this.response.destroy();
  }

  /** Stops reading, so that what is sent piles up on the way. */
  pause(): void {
    this.response.pause();
  }

  resume(): void {
    this.response.resume();
  }

  /** Reads on, but no more than that many bytes at a time, with pauses in between. */
  sip(bytes: number): void {
    this.response.on('data', (chunk: string) => {
      this.sipped += chunk.length;
      if (this.sipped < bytes) return;
      this.sipped = 0;
      this.response.pause();
      setTimeout(() => this.response.resume(), SIP_PAUSE_MS);
    });
  }

  /** The next event of that kind after the one returned last; others between are passed over. */
  async next(event: string): Promise<Frame> {
    for (;;) {
      while (this.taken < this.frames.length) {
        const frame = this.frames[this.taken++]!;
        if (frame.event === event) return frame;
      }
      if (!this.isOpen) throw new Error(`The stream ended before "${event}":\n${this.text}`);
      await this.changed();
    }
  }

  /** Resolves when something has come, or the stream has ended, since the call. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The next `count` of them. */
  async take(event: string, count: number): Promise<Frame[]> {
    const frames: Frame[] = [];
    while (frames.length < count) frames.push(await this.next(event));
    return frames;
  }

  /** Every event of that kind so far. */
  all(event: string): Frame[] {
    return this.frames.filter((frame) => frame.event === event);
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private parse(): void {
    for (;;) {
      const end = this.rest.indexOf('\n\n');
      if (end < 0) return;
      const block = this.rest.slice(0, end);
      this.rest = this.rest.slice(end + 2);
      const fields = new Map(
        block
          .split('\n')
          .filter((line) => line.includes(': '))
          .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
      );
      const data = fields.get('data');
      if (data === undefined) continue;
      this.frames.push({
        event: fields.get('event') ?? 'message',
        id: fields.get('id'),
        retry: fields.get('retry'),
        data: JSON.parse(data) as Record<string, unknown>,
      });
    }
  }
}
