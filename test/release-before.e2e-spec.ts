import { OutboxQueue } from '../src/outbox/outbox-queue.js';
import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import {
  castVotes,
  CLAIM_EVENTS,
  FAIL_EVENT,
  LOOK_UP_SESSIONS,
  READ_BACKLOG,
  READ_QUESTION,
  REMOVE_EVENTS,
  RETRY_EVENTS,
  REVOKE_TOKENS,
  STORE_EVENTS,
  takeVoteBack,
} from './support/release-before.sql.js';
import { wrongVoteCounts } from './support/vote-counts.js';

/** No release listens to it, and so no sweep takes it away from a test. */
const NAME = 'question.moved';
const VOTERS = 30;

describe('the release before, on the database of this one', () => {
  let board: TestApp;
  let author: Person;
  let voter: Person;
  let question: number;
  let answer: number;

  beforeAll(async () => {
    board = await startApp({ OUTBOX_MAX_ATTEMPTS: '1' });
  });
  afterAll(() => board.stop());
  beforeEach(async () => {
    [author, voter] = [await board.person(), await board.person()];
    question = await board.ask(author);
    answer = await board.answer(author, question);
    // The event of the answer is delivered: the outbox is empty.
    await board.idle();
  });
  afterEach(async () => {
    await board.idle();
    await board.database.query('DELETE FROM outbox');
  });

  const before = <Row = object>(statement: string, ...values: unknown[]): Promise<Row[]> =>
    board.database.query<Row>(statement, values);

  const KINDS = [
    ['question', () => question],
    ['answer', () => answer],
  ] as const;

  async function readCount(kind: string, id: number): Promise<number> {
    const path = `/api/${kind}/${id}`;
    return (await board.must<{ vote_count: number }>('GET', path)).vote_count;
  }

  /** An event that is due for claims. */
  async function store(): Promise<string> {
    const [event] = await before<{ id: string }>(STORE_EVENTS, [NAME], ['{}'], null);
    await before(`UPDATE outbox SET due_at = timezone('utc', now()) WHERE id = $1`, event!.id);
    return event!.id;
  }

  async function claimBefore(): Promise<string[]> {
    const events = await before<{ id: string }>(CLAIM_EVENTS, 100, [NAME], []);
    return events.map(({ id }) => id);
  }

  async function claimNow(): Promise<string[]> {
    const claim = { room: 100, busy: [], filterValue: [NAME] };
    const { items } = await board.app.get(OutboxQueue).claim(claim);
    return items.map(({ id }) => id);
  }

  const failBefore = (id: string): Promise<object[]> => before(FAIL_EVENT, id, 'broken', 1, 1);
  const failNow = (id: string): Promise<void> =>
    board.app.get(OutboxQueue).fail(id, 0, new Error('broken'));

  it.each(KINDS)('casts votes that this one counts: %s', async (kind, id) => {
    await before(castVotes(kind), [id()], [voter.id], ['r']);
    expect(await readCount(kind, id())).toBe(1);
  });

  it.each(KINDS)('takes votes back that this one counts no longer: %s', async (kind, id) => {
    await board.must('POST', `/api/${kind}/${id()}/vote`, { as: voter });
    await before(takeVoteBack(kind), id(), voter.id);
    expect(await readCount(kind, id())).toBe(0);
  });

  it('counts the votes that this one casts', async () => {
    await board.voteForQuestion(voter, question);
    expect(await before(READ_QUESTION, null, question)).toMatchObject([{ vote_count: 1 }]);
  });

  it('votes beside this one, on the same posts at once, and all votes are counted', async () => {
    const others = await Promise.all([1, 2, 3, 4, 5].map(() => board.ask(author)));
    const people = await Promise.all(Array.from({ length: VOTERS }, () => board.person()));
    await Promise.all(
      people.map((person, index) => {
        const posts = index % 3 === 0 ? others.toReversed() : others;
        return index % 2 === 0
          ? before(
              castVotes('question'),
              posts,
              posts.map(() => person.id),
              posts.map(() => 'r'),
            )
          : Promise.all(posts.map((post) => board.voteForQuestion(person, post)));
      }),
    );
    const counts = await Promise.all(others.map((id) => readCount('question', id)));
    expect([counts, await wrongVoteCounts(board.database)]).toEqual([others.map(() => VOTERS), []]);
  });

  it('raises events that this one delivers', async () => {
    const stream = await board.stream(author, { lastEventId: '0' });
    await before(castVotes('question'), [question], [voter.id], ['r']);
    expect((await stream.next('notification')).data['resource_id']).toBe(question);
    stream.close();
  });

  it('claims what this one has left', async () => {
    const id = await store();
    expect(await claimBefore()).toEqual([id]);
  });

  it('claims nothing that this one has claimed', async () => {
    await store();
    await claimNow();
    expect(await claimBefore()).toEqual([]);
  });

  it('claims nothing that this one has dead-lettered', async () => {
    await failNow(await store());
    expect(await claimBefore()).toEqual([]);
  });

  it('leaves to this one nothing that it has dead-lettered', async () => {
    await failBefore(await store());
    expect(await claimNow()).toEqual([]);
  });

  it('counts what this one has dead-lettered', async () => {
    await failNow(await store());
    expect(await before(READ_BACKLOG)).toMatchObject([{ waiting: 0, deadLettered: 1 }]);
  });

  it('requeues what this one has dead-lettered', async () => {
    const id = await store();
    await failNow(id);
    await before(RETRY_EVENTS, null);
    expect(await claimNow()).toEqual([id]);
  });

  it('claims what it has dead-lettered and this one has requeued', async () => {
    const id = await store();
    await failBefore(id);
    await board.app.get(OutboxQueue).requeue(id);
    expect(await claimBefore()).toEqual([id]);
  });

  it('removes events', async () => {
    await before(REMOVE_EVENTS, [await store()]);
    expect(await before('SELECT FROM outbox')).toEqual([]);
  });

  it('revokes tokens that this one refuses', async () => {
    const stranger = await board.person();
    await before(REVOKE_TOKENS, stranger.id, Math.floor(Date.now() / 1000) + 60);
    const { status } = await board.call('GET', '/api/notification/list', { as: stranger });
    expect(status).toBe(401);
  });

  it('sees that this one has revoked tokens', async () => {
    await board.must('POST', '/api/user/logout', { as: voter });
    const [account] = await before<{ voidBefore: number }>(LOOK_UP_SESSIONS, [voter.id]);
    expect(account!.voidBefore).toBeGreaterThan(Date.now() / 1000 - 60);
  });
});
