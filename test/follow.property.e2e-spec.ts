import fc from 'fast-check';
import type { InboxChange } from '../src/notification/broadcast/inbox-change.js';
import { StreamHub } from '../src/notification/broadcast/stream.hub.js';
import { StreamSweep } from '../src/notification/stream/stream.sweep.js';
import { startApp, type TestApp } from './support/app.js';
import { InboxClient } from './support/inbox-client.js';
import type { Person } from './support/board.js';

/** What can happen to the wake-ups between a COMMIT and the streams. */
type Weather = 'fine' | 'lost' | 'doubled' | 'held';

type Step =
  | { do: 'vote' }
  | { do: 'burst' }
  | { do: 'read'; share: number }
  | { do: 'read-all' }
  | { do: 'toggle'; tab: number }
  | { do: 'weather'; weather: Weather }
  | { do: 'sweep' };

const TABS = 3;

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'vote' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'burst' }) },
  { weight: 2, arbitrary: fc.nat(3).map((share): Step => ({ do: 'read', share })) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'read-all' }) },
  { weight: 4, arbitrary: fc.nat(TABS - 1).map((tab): Step => ({ do: 'toggle', tab })) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom<Weather>('fine', 'lost', 'doubled', 'held')
      .map((weather): Step => ({ do: 'weather', weather })),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'sweep' }) },
);

describe('delivery of changes', () => {
  let board: TestApp;
  let voters: Person[];
  let weather: Weather = 'fine';
  let held: InboxChange[] = [];
  let publish: (change: InboxChange) => void;

  beforeAll(async () => {
    board = await startApp({ SSE_REPLAY_LIMIT: '5' });
    voters = await Promise.all(Array.from({ length: 40 }, () => board.person()));
    const hub = board.app.get(StreamHub);
    publish = hub.publish.bind(hub);
    hub.publish = (change) => {
      if (weather === 'held') held.push(change);
      if (weather === 'fine' || weather === 'doubled') publish(change);
      if (weather === 'doubled') publish(change);
    };
  });
  afterAll(() => board.stop());

  async function take(steps: Step[]): Promise<{ tabs: InboxClient[]; author: Person }> {
    const author = await board.person();
    const question = await board.ask(author);
    const tabs = Array.from({ length: TABS }, () => new InboxClient(board, author));
    const votes = voters.values();
    const vote = async (): Promise<void> => {
      const { value: voter } = votes.next();
      if (voter) await board.voteForQuestion(voter, question);
    };
    const doers: { [K in Step['do']]: (step: Extract<Step, { do: K }>) => Promise<unknown> } = {
      vote,
      burst: () => Promise.all([vote(), vote(), vote()]),
      read: async ({ share }) => {
        const { notifications } = await board.list(author, '?size=100');
        const ids = notifications.filter(({ id }) => id % 4 === share).map(({ id }) => id);
        const body = { notification_ids: ids };
        if (ids.length > 0) await board.must('PUT', '/api/notification/read', { as: author, body });
      },
      'read-all': () => board.must('PUT', '/api/notification/read-all', { as: author }),
      toggle: ({ tab }) =>
        tabs[tab]!.isConnected ? tabs[tab]!.disconnect() : tabs[tab]!.connect(),
      weather: async (next) => {
        weather = next.weather;
        // What was held back comes after all: late, and the newest first.
        for (const change of held.splice(0).toReversed()) publish(change);
      },
      sweep: () => board.app.get(StreamSweep).sweep(),
    };
    for (const one of steps) await doers[one.do](one as never);
    await doers.weather({ do: 'weather', weather: 'fine' });
    await board.idle();
    return { tabs, author };
  }

  /** Everybody is there again, and the sweep has had its turn. */
  async function settle(tabs: InboxClient[], author: Person): Promise<void> {
    await Promise.all(tabs.map((tab) => tab.connect()));
    await board.app.get(StreamSweep).sweep();
    const { rev } = await board.list(author);
    await Promise.all(tabs.map((tab) => tab.reach(rev)));
    await Promise.all(tabs.map((tab) => tab.disconnect()));
  }

  it('every tab ends with what the table holds, and never shows less than before, whatever is lost, repeated or disordered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const { tabs, author } = await take(steps);
        await settle(tabs, author);
        const list = await board.list(author, '?size=100');
        const table = list.notifications.map(({ id, is_read }) => [id, is_read]);
        for (const tab of tabs) {
          expect(tab.faults).toEqual([]);
          expect([tab.rev, tab.unreadCount]).toEqual([list.rev, list.unread_count]);
          expect(tab.view).toEqual(table);
        }
        expect(list.unread_count).toBe(table.filter(([, isRead]) => !isRead).length);
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
