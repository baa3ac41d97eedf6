import { Board, type NotificationList, type Person } from '../support/board.js';
import { JWT_SECRET } from '../support/server-process.js';
import { until } from '../support/until.js';
import { Ledger } from './ledger.js';
import { Posts } from './posts.js';
import type { Random } from './random.js';
import { Reader } from './reader.js';
import type { Site } from './site.js';
import { Tab } from './tab.js';
import { Voter } from './voter.js';

export interface LoadSize {
  /** How many people have one tab, two tabs, three…; the first of them vote as well. */
  tabs: number[];
  voters: number;
  readers: number;
  questions: number;
  /** Milliseconds that a voter waits before the next request. */
  paceMs: number;
  /** Seconds for which their tokens are good. */
  seconds: number;
}

/** People with tabs open, some of whom ask, answer, vote and read without a pause. */
export class LoadGenerator {
  readonly ledger = new Ledger();
  readonly people: Person[] = [];
  readonly tabs: { tab: Tab; person: Person }[] = [];
  private readonly stop = new AbortController();
  private going: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly board: Board,
    private readonly posts: Posts,
    private readonly random: Random,
  ) {}

  /** Resolves when everybody is there, and every tab has begun. */
  static async gather(site: Site, size: LoadSize, random: Random): Promise<LoadGenerator> {
    const board = new Board(site.requestsUrl, JWT_SECRET, site.database, site.fetch);
    const load = new LoadGenerator(board, new Posts(), random);
    const exp = Math.floor(Date.now() / 1_000) + size.seconds;
    for (const [index, count] of size.tabs.entries()) {
      for (let person = 0; person < count; person += 1) {
        await load.admit(site, index + 1, exp);
      }
    }
    for (let question = 0; question < size.questions; question += 1) {
      const asker = load.people[question % load.people.length]!;
      load.posts.addQuestion(await board.ask(asker), asker.id);
    }
    await load.begin();
    load.go(size);
    return load;
  }

  list(person: Person): Promise<NotificationList> {
    return this.board.list(person);
  }

  /** Resolves when nobody does anything any more; the tabs stay open. */
  async rest(): Promise<void> {
    this.stop.abort();
    await this.going;
  }

  leave(): void {
    for (const { tab } of this.tabs) tab.close();
  }

  private async admit({ streamsUrl, fetch }: Site, tabs: number, exp: number): Promise<void> {
    const person = await this.board.person();
    person.token = this.board.token(person.id, { exp });
    this.people.push(person);
    for (let tab = 0; tab < tabs; tab += 1) {
      this.tabs.push({ tab: new Tab(streamsUrl, person, fetch), person });
    }
  }

  /** Resolves when every tab has begun: what comes before that is none of its business. */
  private async begin(): Promise<void> {
    await until(() => this.tabs.every(({ tab }) => tab.hasBegun));
  }

  private go({ voters, readers, paceMs }: LoadSize): void {
    const { signal } = this.stop;
    const { board, ledger, posts } = this;
    // Those with several tabs came last.
    const reading = this.people.slice(-readers);
    this.going = Promise.all([
      ...this.people
        .slice(0, voters)
        .map((person) =>
          new Voter(board, person, ledger, posts, this.random.fork()).run(signal, paceMs),
        ),
      ...reading.map((person) => new Reader(board, person, ledger, this.random.fork()).run(signal)),
    ]);
  }
}
