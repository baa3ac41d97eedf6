import fc from 'fast-check';
import { UtcTimestamp } from '../../database/utc-timestamp.js';
import type { InboxChange, InboxCounters } from '../broadcast/inbox-change.js';
import type { InboxSnapshot } from '../inbox/inbox.history.js';
import type { NotificationRow } from '../inbox/notification-row.js';
import { type Beginning, Follower, type FollowerActions, MAX_KEPT_CHANGES } from './follower.js';
import type { Frame } from './frames.js';

/** A user's inbox as the database would hold it, without one. */
class FakeInbox {
  counters: InboxCounters = { seq: 0, rev: 0, unreadCount: 0 };
  readonly rows: NotificationRow[] = [];

  /** Stores a notification. @returns the change as the writer publishes it */
  store(): InboxChange {
    const { seq, rev, unreadCount } = this.counters;
    this.counters = { seq: seq + 1, rev: rev + 1, unreadCount: unreadCount + 1 };
    const row: NotificationRow = {
      id: 100 + seq,
      actor_username: 'ann',
      event_type: 'question.voted',
      resource_type: 'question',
      resource_id: 1,
      message: 'ann voted for your question.',
      is_read: false,
      created_at: new UtcTimestamp('2026-02-13 15:08:59.872946'),
      seq: seq + 1,
    };
    this.rows.push(row);
    return { userId: 1, counters: this.counters, notification: row };
  }

  /** Marks something as read. */
  read(): InboxChange {
    this.counters = { ...this.counters, rev: this.counters.rev + 1 };
    return { userId: 1, counters: this.counters, readIds: [1] };
  }

  snapshot(after: number | undefined, limit = 1_000): InboxSnapshot {
    const { counters } = this;
    const missed = after === undefined ? [] : this.rows.filter(({ seq }) => seq > after);
    const isAvailable = after === undefined || (after <= counters.seq && missed.length <= limit);
    return { counters, missed: isAvailable ? missed : undefined };
  }
}

/** Records what a follower does; reads are answered when the test says so. */
class Recorder implements FollowerActions {
  readonly reads: (number | undefined)[] = [];
  readonly beginnings: Beginning[] = [];
  /** `<type> <cursor>` of each frame. */
  readonly shown: string[] = [];
  readonly traced: boolean[] = [];
  isBehind = false;
  found = 0;
  follower: Follower;

  read(after: number | undefined): void {
    this.reads.push(after);
  }
  showBeginning(beginning: Beginning): void {
    this.beginnings.push(beginning);
  }
  show({ type }: Frame, trace?: object): void {
    this.shown.push(`${type} ${this.follower.position}`);
    this.traced.push(trace !== undefined);
  }
  endBehind(): void {
    this.isBehind = true;
  }
  recordFound(): void {
    this.found += 1;
  }
}

function following(lastEventId?: string): { follower: Follower; recorder: Recorder } {
  const recorder = new Recorder();
  const follower = new Follower(recorder, lastEventId);
  recorder.follower = follower;
  follower.open();
  return { follower, recorder };
}

function live(inbox: FakeInbox): { follower: Follower; recorder: Recorder } {
  const stream = following();
  stream.follower.onSnapshot(inbox.snapshot(undefined));
  return stream;
}

let inbox: FakeInbox;
beforeEach(() => {
  inbox = new FakeInbox();
});

it('a follower is opening until it gets a snapshot', () => {
  expect(following().follower.state).toBe('opening');
});

it('a follower is live after its first snapshot', () => {
  expect(live(inbox).follower.state).toBe('live');
});

it('a follower without a cursor begins at the newest notification', () => {
  inbox.store();
  expect(live(inbox).follower.position).toBe('1');
});

it('a follower with a cursor reads what came after it', () => {
  expect(following('7').recorder.reads).toEqual([7]);
});

it.each(['', 'abc', '-1', '01', '1.5', '2147483648', '99999999999'])(
  'a last event id of %j is no cursor',
  (text) => {
    expect(following(text).recorder.reads).toEqual([undefined]);
  },
);

it('a follower with a cursor replays what came after it, in order', () => {
  for (let count = 0; count < 3; count += 1) inbox.store();
  const { follower, recorder } = following('1');
  follower.onSnapshot(inbox.snapshot(1));
  expect(recorder.shown).toEqual(['notification 2', 'notification 3']);
});

it('a resumed stream says how many notifications follow', () => {
  for (let count = 0; count < 3; count += 1) inbox.store();
  const { follower, recorder } = following('1');
  follower.onSnapshot(inbox.snapshot(1));
  expect(recorder.beginnings).toEqual([
    { counters: inbox.counters, isResumed: true, replayed: 2, isResync: false },
  ]);
});

it('a replayed notification has no trace, for nobody waits for it', () => {
  inbox.store();
  const { follower, recorder } = following('0');
  follower.onSnapshot(inbox.snapshot(0));
  expect(recorder.traced).toEqual([false]);
});

it.each(['9', 'abc'])('a client with the unknown cursor %s has to fetch the list', (cursor) => {
  inbox.store();
  const { follower, recorder } = following(cursor);
  follower.onSnapshot(inbox.snapshot(recorder.reads[0]));
  expect(recorder.beginnings[0]).toMatchObject({ isResumed: false, isResync: true });
});

it('a change is shown at once while the follower is live', () => {
  const { follower, recorder } = live(inbox);
  follower.onChange(inbox.store());
  expect(recorder.shown).toEqual(['notification 1']);
});

it('a read keeps the cursor', () => {
  inbox.store();
  const { follower, recorder } = live(inbox);
  follower.onChange(inbox.read());
  expect(recorder.shown).toEqual(['read 1']);
});

it('a change that arrives twice is shown once', () => {
  const { follower, recorder } = live(inbox);
  const change = inbox.store();
  follower.onChange(change);
  follower.onChange(change);
  expect(recorder.shown).toEqual(['notification 1']);
});

it('a change without content makes the follower read the table', () => {
  const { follower, recorder } = live(inbox);
  const { userId, counters } = inbox.store();
  follower.onChange({ userId, counters });
  expect([follower.state, recorder.reads]).toEqual(['catching up', [undefined, 0]]);
});

it('a change after a gap makes the follower read the table', () => {
  const { follower } = live(inbox);
  inbox.store();
  follower.onChange(inbox.store());
  expect(follower.state).toBe('catching up');
});

it('what was missed is shown with a trace, for it is late', () => {
  const { follower, recorder } = live(inbox);
  inbox.store();
  follower.onChange(inbox.store());
  follower.onSnapshot(inbox.snapshot(0));
  expect(recorder.traced).toEqual([true, true]);
});

it('a read that was missed is shown without its ids', () => {
  inbox.store();
  const { follower, recorder } = live(inbox);
  inbox.read();
  follower.onChange({ userId: 1, counters: inbox.counters });
  follower.onChange(inbox.read());
  follower.onSnapshot(inbox.snapshot(1));
  expect(recorder.shown).toEqual(['read 1']);
});

it('a follower that missed more than may be replayed ends its stream', () => {
  const { follower, recorder } = live(inbox);
  for (let count = 0; count < 3; count += 1) inbox.store();
  follower.onChange(inbox.store());
  follower.onSnapshot(inbox.snapshot(0, 2));
  expect([follower.state, recorder.isBehind]).toEqual(['ended', true]);
});

it('a change that the sweep found is counted when it is new', () => {
  const { follower, recorder } = live(inbox);
  const { counters } = inbox.store();
  follower.onChange({ userId: 1, counters, isFound: true });
  expect(recorder.found).toBe(1);
});

it('a change that the sweep found is not counted when it is known', () => {
  const { follower, recorder } = live(inbox);
  const change = inbox.store();
  follower.onChange(change);
  follower.onChange({ userId: 1, counters: change.counters, isFound: true });
  expect(recorder.found).toBe(0);
});

it('a follower that has ended shows nothing', () => {
  const { follower, recorder } = live(inbox);
  follower.end();
  follower.onChange(inbox.store());
  follower.onSnapshot(inbox.snapshot(0));
  expect(recorder.shown).toEqual([]);
});

it('changes that come while the table is read are shown after it, once', () => {
  const { follower, recorder } = following('0');
  const early = inbox.store();
  const snapshot = inbox.snapshot(0);
  follower.onChange(early);
  follower.onChange(inbox.store());
  follower.onSnapshot(snapshot);
  expect(recorder.shown).toEqual(['notification 1', 'notification 2']);
});

it('a follower reads again when more changes came than it keeps', () => {
  const { follower, recorder } = following('0');
  const snapshot = inbox.snapshot(0);
  for (let count = 0; count <= MAX_KEPT_CHANGES; count += 1) follower.onChange(inbox.store());
  follower.onSnapshot(snapshot);
  expect([follower.state, recorder.reads]).toEqual(['catching up', [0, 0]]);
});

type Step = 'store' | 'read' | 'deliver' | 'repeat' | 'lose' | 'newest first' | 'answer' | 'sweep';

it('whatever is lost, repeated or late, everything is shown once and in order', () => {
  const steps = fc.array(
    fc.constantFrom<Step>(
      'store',
      'store',
      'read',
      'deliver',
      'deliver',
      'repeat',
      'lose',
      'newest first',
      'answer',
      'sweep',
    ),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(steps, (taken) => {
      const box = new FakeInbox();
      const { follower, recorder } = following();
      let answered = 0;
      const changes: InboxChange[] = [];
      const answer = (): void => {
        while (answered < recorder.reads.length) {
          follower.onSnapshot(box.snapshot(recorder.reads[answered++]));
        }
      };
      const sweep = (): void =>
        follower.onChange({ userId: 1, counters: box.counters, isFound: true });
      const actions: Record<Step, () => void> = {
        store: () => void changes.push(box.store()),
        read: () => void changes.push(box.read()),
        deliver: () => changes.length > 0 && follower.onChange(changes.shift()!),
        repeat: () => changes.length > 0 && follower.onChange(changes[0]!),
        lose: () => void changes.shift(),
        'newest first': () => void changes.push(...changes.splice(0).toReversed()),
        answer,
        sweep,
      };
      answer();
      for (const step of taken) actions[step]();
      for (const change of changes) follower.onChange(change);
      answer();
      sweep();
      answer();
      const cursors = recorder.shown
        .filter((line) => line.startsWith('notification'))
        .map((line) => Number(line.split(' ')[1]));
      expect(cursors).toEqual(box.rows.map(({ seq }) => seq));
      expect(follower.state).toBe('live');
    }),
    { numRuns: 1_000 },
  );
});
