import type { Board, NotificationItem, Person } from './board.js';
import type { EventStream, Frame } from './event-stream.js';

/**
 * A tab that does what the stream's contract asks of a client: keeps cursor, items and the pair with
 * the highest rev; reconnects by cursor; fetches the list when the stream asks for it.
 */
export class InboxClient {
  private stream: EventStream | undefined;
  private following: Promise<void> = Promise.resolve();
  private cursor: string | undefined;
  private items = new Map<number, NotificationItem>();
  private waiting: (() => void)[] = [];
  private pair = { rev: -1, unread_count: -1 };
  /** What no connection may do: go back, repeat or jump. */
  readonly faults: string[] = [];

  constructor(
    private readonly board: Board,
    private readonly person: Person,
  ) {}

  get isConnected(): boolean {
    return this.stream !== undefined;
  }

  get rev(): number {
    return this.pair.rev;
  }

  get unreadCount(): number {
    return this.pair.unread_count;
  }

  /** Ids and whether they are read, newest first. */
  get view(): [number, boolean][] {
    return [...this.items.values()]
      .map(({ id, is_read }): [number, boolean] => [id, is_read])
      .toSorted(([a], [b]) => b - a);
  }

  async connect(): Promise<void> {
    if (this.stream) return;
    if (this.cursor === undefined) await this.fetchList();
    const query = `&last_event_id=${this.cursor}`;
    this.stream = await this.board.stream(this.person, { query });
    this.following = this.follow(this.stream);
  }

  async disconnect(): Promise<void> {
    this.stream?.close();
    await this.following;
    this.stream = undefined;
  }

  /** Resolves once the tab knows that revision; comes back when its stream was ended. */
  async reach(rev: number): Promise<void> {
    while (this.pair.rev < rev) {
      if (this.stream?.isOpen) await this.applied();
      else await this.disconnect().then(() => this.connect());
    }
  }

  /** Resolves when something that came has been taken in, or the stream has ended, since the call. */
  private applied(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private async follow(stream: EventStream): Promise<void> {
    let seen = 0;
    let lastRev = -1;
    let lastSeq: number | undefined;
    while (stream.isOpen || seen < stream.frames.length) {
      for (; seen < stream.frames.length; seen += 1) {
        const frame = stream.frames[seen]!;
        const rev = frame.data['rev'];
        if (typeof rev === 'number' && rev < lastRev)
          this.faults.push(`rev ${rev} after ${lastRev}`);
        if (typeof rev === 'number') lastRev = rev;
        const seq = Number(frame.id);
        const expected = frame.event === 'notification' ? (lastSeq ?? seq) + 1 : (lastSeq ?? seq);
        if (seq !== expected) this.faults.push(`${frame.event} ${seq} instead of ${expected}`);
        lastSeq = seq;
        await this.apply(frame);
      }
      this.wake();
      if (stream.isOpen) await stream.changed();
    }
    this.wake();
  }

  private async apply({ event, id, data }: Frame): Promise<void> {
    this.cursor = id;
    // Reads are not replayed: a rev that the replay does not explain means that there were some.
    const others = Number(data['rev']) - this.pair.rev - Number(data['replayed']);
    if (event === 'connected' && (data['resync'] === true || others > 0)) await this.fetchList();
    if (event === 'notification') {
      const item = data as unknown as NotificationItem;
      this.items.set(item.id, item);
    }
    if (event === 'read') await this.applyRead(data['notification_ids']);
    this.keepPair(data);
  }

  private async applyRead(ids: unknown): Promise<void> {
    if (ids === null) return this.fetchList();
    for (const item of this.items.values()) {
      if (ids === 'all' || (ids as number[]).includes(item.id)) item.is_read = true;
    }
  }

  private async fetchList(): Promise<void> {
    const list = await this.board.list(this.person, '?size=100');
    this.items = new Map(list.notifications.map((item) => [item.id, item]));
    this.cursor ??= String(list.cursor);
    this.keepPair({ rev: list.rev, unread_count: list.unread_count });
  }

  private keepPair(data: Record<string, unknown>): void {
    const { rev, unread_count } = data;
    if (typeof rev === 'number' && typeof unread_count === 'number' && rev > this.pair.rev) {
      this.pair = { rev, unread_count };
    }
  }
}
