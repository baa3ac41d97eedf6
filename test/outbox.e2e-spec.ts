import { EventEmitter2 } from '@nestjs/event-emitter';
import { Client } from 'pg';
import { UnitOfWork } from '../src/outbox/unit-of-work.js';
import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { flood } from './support/flood.js';
import { until } from './support/until.js';

interface Row {
  id: string;
  failures: number;
  last_error: string | null;
  is_dead_lettered: boolean;
}

const QUESTION_VOTED = 'question.voted';

describe('the outbox', () => {
  let board: TestApp;
  let author: Person;
  let question: number;

  beforeAll(async () => {
    board = await startApp({ OUTBOX_MAX_ATTEMPTS: '1' });
  });
  afterAll(() => board.stop());
  beforeEach(async () => {
    author = await board.person();
    question = await board.ask(author);
  });
  afterEach(async () => {
    await board.idle();
    await board.database.query('DELETE FROM outbox');
  });

  const rows = (): Promise<Row[]> =>
    board.database.query(
      'SELECT id, failures, last_error, dead_lettered_at IS NOT NULL AS is_dead_lettered FROM outbox ORDER BY id',
    );

  /** Has listeners of that event fail until the returned function is called. */
  function breakListeners(): () => void {
    const fail = (): Promise<void> => Promise.reject(new Error('out of order'));
    const emitter = board.app.get(EventEmitter2);
    emitter.on(QUESTION_VOTED, fail);
    return () => emitter.off(QUESTION_VOTED, fail);
  }

  async function deadLetterOne(): Promise<Row> {
    const mend = breakListeners();
    await board.voteForQuestion(await board.person(), question);
    await board.idle();
    mend();
    return (await rows())[0]!;
  }

  it('is empty once the listeners have done their part', async () => {
    await board.voteForQuestion(await board.person(), question);
    await board.idle();
    expect(await rows()).toEqual([]);
  });

  it('keeps nothing of a unit of work that was rolled back', async () => {
    const work = board.app.get(UnitOfWork).run((_, raise) => {
      raise(QUESTION_VOTED, { questionId: question, authorId: author.id, actorId: author.id });
      return Promise.reject(new Error('changed my mind'));
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await rows()).toEqual([]);
  });

  it('answers the vote although a listener fails', async () => {
    const mend = breakListeners();
    const { status } = await board.call('POST', `/api/question/${question}/vote`, {
      as: await board.person(),
    });
    await board.idle();
    mend();
    expect(status).toBe(200);
  });

  it('dead-letters an event after the failures that are allowed, and says why', async () => {
    expect(await deadLetterOne()).toMatchObject({
      failures: 1,
      is_dead_lettered: true,
      last_error: expect.stringContaining('out of order'),
    });
  });

  it('counts no failure of an event whose listeners find the database busy', async () => {
    const blocker = new Client(board.database.url);
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE notification_inbox');
    await board.voteForQuestion(await board.person(), question);
    await board.idle();
    const found = await rows();
    await blocker.end();
    expect(found).toMatchObject([{ failures: 0, last_error: null, is_dead_lettered: false }]);
  });

  it('is swept for what another process left behind', async () => {
    const stream = await board.stream(author, { lastEventId: '0' });
    const voter = await board.person();
    const payload = { questionId: question, authorId: author.id, actorId: voter.id };
    await board.database.query(
      `INSERT INTO outbox (name, payload, due_at) VALUES ($1, $2, timezone('utc', now()))`,
      [QUESTION_VOTED, JSON.stringify(payload)],
    );
    expect((await stream.next('notification')).data['actor_username']).toBe(voter.username);
    stream.close();
  });

  it('delivers past an event that cannot be delivered', async () => {
    const poison = `INSERT INTO outbox (name, payload, due_at)
      SELECT '${QUESTION_VOTED}', '{"questionId": "none", "authorId": 1, "actorId": 2}', timezone('utc', now()) - interval '1 day'
      FROM generate_series(1, 150)`;
    await board.database.query(poison);
    const stream = await board.stream(author, { lastEventId: '0' });
    await board.voteForQuestion(await board.person(), question);
    expect((await stream.next('notification')).id).toBe('1');
    stream.close();
  });

  describe('with an event of a kind that nobody here listens to', () => {
    const WITHOUT_LISTENER = 'question.mentioned';

    /** Puts it in, and waits until a sweep has taken what was due after it. */
    async function passOver(): Promise<void> {
      const voter = await board.person();
      const stream = await board.stream(author, { lastEventId: '0' });
      const payload = { questionId: question, authorId: author.id, actorId: voter.id };
      await board.database.query(
        `INSERT INTO outbox (name, payload, due_at) VALUES
           ($1, '{}', timezone('utc', now()) - interval '1 minute'), ($2, $3, timezone('utc', now()))`,
        [WITHOUT_LISTENER, QUESTION_VOTED, JSON.stringify(payload)],
      );
      await stream.next('notification');
      await board.idle();
      stream.close();
    }

    it('keeps it, and counts no failure', async () => {
      await passOver();
      expect(await rows()).toMatchObject([{ failures: 0, is_dead_lettered: false }]);
    });

    it('delivers it to the first who does', async () => {
      await passOver();
      const received = new Promise((resolve) =>
        board.app.get(EventEmitter2).once(WITHOUT_LISTENER, resolve),
      );
      expect(await received).toMatchObject({ name: WITHOUT_LISTENER });
    });
  });

  it('hands an event to one of several processes that sweep at once', async () => {
    const second = await startApp({ OUTBOX_MAX_ATTEMPTS: '1' }, board.database);
    const received: string[] = [];
    const receive = ({ id }: { id: string }): void => void received.push(id);
    const emitters = [board, second].map(({ app }) => app.get(EventEmitter2));
    emitters.forEach((emitter) => emitter.on('answer.voted', receive));
    const stream = await board.stream(author, { lastEventId: '0' });
    await board.database.query(
      `INSERT INTO outbox (name, payload, due_at)
       SELECT 'answer.voted', jsonb_build_object('answerId', g, 'authorId', $1::int, 'actorId', $2::int),
         timezone('utc', now())
       FROM generate_series(1, 300) g`,
      [author.id, (await board.person()).id],
    );
    await stream.take('notification', 300);
    emitters.forEach((emitter) => emitter.off('answer.voted', receive));
    stream.close();
    await second.idle();
    await second.stop();
    expect(new Set(received).size).toBe(received.length);
  });
});

describe('an event that fails again and again', () => {
  let board: TestApp;

  beforeAll(async () => {
    board = await startApp({ OUTBOX_MAX_ATTEMPTS: '1000' });
    board.app.get(EventEmitter2).on(QUESTION_VOTED, () => Promise.reject(new Error('broken')));
  });
  afterAll(() => board.stop());

  it.each([
    [1, 0.5, 1],
    [2, 1, 2],
    [5, 8, 16],
    [30, 150, 300],
  ])('is left alone after failure %i for %f to %f seconds', async (failures, least, most) => {
    const [row] = await board.database.query<{ id: string }>(
      `INSERT INTO outbox (name, payload, failures, due_at)
       VALUES ($1, '{"questionId": 1, "authorId": 1, "actorId": 1}', $2, timezone('utc', now()))
       RETURNING id`,
      [QUESTION_VOTED, failures - 1],
    );
    let pause: number | undefined;
    while (pause === undefined) {
      const [failed] = await board.database.query<{ pause: number }>(
        `SELECT extract(epoch FROM due_at - timezone('utc', now()))::float AS pause FROM outbox
         WHERE id = $1 AND failures = $2`,
        [row!.id, failures],
      );
      pause = failed?.pause;
    }
    await board.database.query('DELETE FROM outbox');
    // Less by what the look took, on a machine that may be busy.
    expect([pause > least - 0.4, pause <= most]).toEqual([true, true]);
  });
});

describe('the outbox, when listeners do not come to an end', () => {
  const AT_ONCE = 1_000;
  const VOTERS = 25;

  let board: TestApp;
  let author: Person;
  let release: () => void;
  let received: number;

  beforeAll(async () => {
    board = await startApp();
    author = await board.person();
    const question = await board.ask(author);
    const voters = await Promise.all(Array.from({ length: VOTERS }, () => board.person()));
    const released = new Promise<void>((resolve) => (release = resolve));
    received = 0;
    board.app.get(EventEmitter2).on(QUESTION_VOTED, () => {
      received += 1;
      return released;
    });
    await flood(board.database, author, voters, (2 * AT_ONCE) / VOTERS, question + 1);
    await until(() => received >= AT_ONCE);
    // One more, which others may take once its head start is over: then this process could as well.
    await board.voteForQuestion(await board.person(), question);
    await until(async () => {
      const [row] = await board.database.query<{ late: number }>(
        `SELECT count(*)::int AS late FROM outbox
         WHERE due_at <= timezone('utc', now()) AND payload ->> 'questionId' = $1`,
        [String(question)],
      );
      return row!.late > 0;
    });
  });
  afterAll(() => board.stop());

  it('has a thousand events on their way at once, and the others in the table', () => {
    const before = received;
    release();
    expect(before).toBe(AT_ONCE);
  });

  it('delivers the others when there is room', async () => {
    release();
    await until(() => received > 2 * AT_ONCE);
    await board.idle();
    expect((await board.list(author)).total).toBe(2 * AT_ONCE + 1);
  });
});

describe('what a sweep finds', () => {
  it('is delivered in the order in which it was due', async () => {
    const board = await startApp();
    const received: number[] = [];
    board.app.get(EventEmitter2).on(QUESTION_VOTED, ({ id }: { id: string }) => {
      received.push(Number(id));
    });
    // More than are taken at once; the newest id is the longest due.
    const rows = await board.database.query<{ id: string }>(
      `INSERT INTO outbox (name, payload, due_at)
       SELECT $1, '{"questionId": 1, "authorId": 1, "actorId": 1}',
         timezone('utc', now()) - n * interval '1 second'
       FROM generate_series(1, 250) n RETURNING id`,
      [QUESTION_VOTED],
    );
    const ids = rows.map(({ id }) => Number(id));
    await until(() => received.length === ids.length);
    await board.stop();
    expect(received.slice(0, 100).toSorted((a, b) => a - b)).toEqual(ids.slice(-100));
  });
});
