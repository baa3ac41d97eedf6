import type { InboxChange } from '../src/notification/broadcast/inbox-change.js';
import { InboxHistory } from '../src/notification/inbox/inbox.history.js';
import { StreamHub } from '../src/notification/broadcast/stream.hub.js';
import { StreamSweep } from '../src/notification/stream/stream.sweep.js';
import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';

/** More than a stream keeps while it reads the table. */
const FLOOD = 150;

describe('more wake-ups than are kept', () => {
  let board: TestApp;
  let author: Person;
  let question: number;
  let hub: StreamHub;
  let history: InboxHistory;

  beforeEach(async () => {
    board = await startApp({ RATE_LIMIT: 'off' });
    author = await board.person();
    question = await board.ask(author);
    hub = board.app.get(StreamHub);
    history = board.app.get(InboxHistory);
    // It would find what is to be found without it.
    await board.app.get(StreamSweep).onModuleDestroy();
  });
  afterEach(() => board.stop());

  const vote = async (): Promise<void> => {
    await board.voteForQuestion(await board.person(), question);
  };

  /** @returns the wake-ups of that many votes, none of which has reached the stream */
  async function heldBack(votes: number): Promise<InboxChange[]> {
    const publish = hub.publish.bind(hub);
    const kept: InboxChange[] = [];
    hub.publish = (change) => void kept.push(change);
    for (let at = 0; at < votes; at += 1) await vote();
    await board.idle();
    hub.publish = publish;
    return kept;
  }

  /** What is read from now on is as it was, but comes late: after `release`. */
  function holdHistory(): { isRead: Promise<void>; release: () => void } {
    const since = history.since.bind(history);
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const isRead = new Promise<void>((noteRead) => {
      history.since = async (...asked) => {
        const snapshot = await since(...asked);
        noteRead();
        await gate;
        return snapshot;
      };
    });
    return { isRead, release };
  }

  it.each<[string, (kept: InboxChange[], old: InboxChange) => InboxChange[]]>([
    ['in order', (kept) => kept],
    ['the newest first', (kept) => kept.toReversed()],
    [
      'with an old one after them, again and again',
      (kept, old) => [...kept, ...kept.map(() => old)],
    ],
  ])(
    'a stream that reads the table shows everything once and in order when more wake-ups than it keeps come %s',
    async (_, order) => {
      const stream = await board.stream(author);
      await stream.next('connected');
      const [lost] = await heldBack(1);
      const { isRead, release } = holdHistory();
      await vote();
      await isRead;
      for (const change of order(await heldBack(FLOOD), lost!)) hub.publish(change);
      release();
      const shown: (string | undefined)[] = [];
      while (shown.length < FLOOD + 2) shown.push((await stream.next('notification')).id);
      expect(shown).toEqual(shown.map((_unused, at) => String(at + 1)));
    },
  );
});
