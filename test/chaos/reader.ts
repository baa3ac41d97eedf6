import { setTimeout as pause } from 'node:timers/promises';
import type { Board, NotificationList, Person } from '../support/board.js';
import type { Ledger } from './ledger.js';
import type { Random } from './random.js';
import { Requests } from './requests.js';

/** The longest time between a notification and its reading, in milliseconds. */
const LONGEST_LOOK_MS = 300;

/** A user who marks notifications as read: some of them, or all. */
export class Reader {
  private readonly requests: Requests;

  constructor(
    board: Board,
    person: Person,
    private readonly ledger: Ledger,
    private readonly random: Random,
  ) {
    this.requests = new Requests(board, person, ledger);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(this.random.between(0, LONGEST_LOOK_MS));
      const marked = await (this.random.chance(0.3) ? this.readAll() : this.readSome());
      this.ledger.read += marked?.updated ?? 0;
    }
  }

  private readAll(): Promise<{ updated: number } | undefined> {
    return this.requests.send('PUT', '/api/notification/read-all');
  }

  private async readSome(): Promise<{ updated: number } | undefined> {
    const list = await this.requests.send<NotificationList>('GET', '/api/notification/list');
    const ids = list?.notifications.map(({ id }) => id).filter(() => this.random.chance(0.5));
    if (!ids || ids.length === 0) return undefined;
    return this.requests.send('PUT', '/api/notification/read', { notification_ids: ids });
  }
}
