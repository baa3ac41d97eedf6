import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { InboxWriter } from '../src/notification/inbox/inbox.writer.js';

const WRITERS = 50;
const READINGS = 20;

interface Box {
  user_id: number;
  seq: number;
  total: number;
  unread_count: number;
  rev: number;
}

interface Row {
  user_id: number;
  id: number;
  seq: number;
  is_read: boolean;
  created_at: Date;
}

describe('fifty writers on two instances', () => {
  let board: TestApp;
  let second: TestApp;
  let receivers: Person[];
  let boxes: Box[];
  let rows: Row[];

  beforeAll(async () => {
    board = await startApp();
    second = await startApp({}, board.database);
    receivers = await Promise.all([board.person(), board.person(), board.person()]);
    const actors = await Promise.all(Array.from({ length: WRITERS }, () => board.person()));
    const writers = [board, second].map(({ app }) => app.get(InboxWriter));

    // Each tells all three, in an order of its own, and everything twice: once on each instance.
    const writing = actors.flatMap((actor, index) =>
      [0, 1, 2].flatMap((turn) => {
        const userId = receivers[(turn + index) % 3]!.id;
        const key = `question.voted:1:${actor.id}`;
        return writers.map((writer) =>
          writer.notify({
            userId,
            actorId: actor.id,
            name: 'question.voted',
            resource: ['question', 1],
            key,
          }),
        );
      }),
    );
    const reading = Array.from({ length: READINGS }, (_, index) =>
      board.must('PUT', '/api/notification/read-all', { as: receivers[index % 3]! }),
    );
    await Promise.all([...writing, ...reading]);
    const ids = [receivers.map(({ id }) => id)];
    boxes = await board.database.query(
      'SELECT * FROM notification_inbox WHERE user_id = ANY ($1) ORDER BY user_id',
      ids,
    );
    rows = await board.database.query(
      'SELECT * FROM notification WHERE user_id = ANY ($1) ORDER BY user_id, id',
      ids,
    );
  });
  afterAll(async () => {
    await second.stop();
    await board.stop();
  });

  const rowsOf = (userId: number): Row[] => rows.filter(({ user_id }) => user_id === userId);

  it('fifty writers on two instances cause one notification for each receiver and writer', () => {
    expect(boxes.map(({ user_id }) => rowsOf(user_id).length)).toEqual([WRITERS, WRITERS, WRITERS]);
  });

  it('notifications of fifty writers on two instances are numbered 1, 2, 3… in the order of their ids', () => {
    const numbers = Array.from({ length: WRITERS }, (_, index) => index + 1);
    const seqs = boxes.map(({ user_id }) => rowsOf(user_id).map(({ seq }) => seq));
    expect(seqs).toEqual([numbers, numbers, numbers]);
  });

  it('fifty writers on two instances leave counts that equal the rows', () => {
    const counted = boxes.map(({ user_id }) => ({
      total: rowsOf(user_id).length,
      unread_count: rowsOf(user_id).filter(({ is_read }) => !is_read).length,
      seq: WRITERS,
    }));
    expect(boxes).toMatchObject(counted);
  });

  it('notifications of fifty writers on two instances are dated in the order of their ids', () => {
    const isSorted = boxes.map(({ user_id }) => {
      const times = rowsOf(user_id).map(({ created_at }) => created_at.getTime());
      return times.every((time, index) => index === 0 || time >= times[index - 1]!);
    });
    expect(isSorted).toEqual([true, true, true]);
  });
});

describe('streams that open during commits', () => {
  let board: TestApp;
  beforeAll(async () => {
    board = await startApp();
  });
  afterAll(() => board.stop());

  it('a stream that opens while notifications are committed shows everything after its cursor, once and in order', async () => {
    const author = await board.person();
    const question = await board.ask(author);
    const voters = await Promise.all(Array.from({ length: 60 }, () => board.person()));
    const voting = Promise.all(voters.map((voter) => board.voteForQuestion(voter, question)));
    const streams = await Promise.all(
      Array.from({ length: 10 }, () => board.stream(author, { lastEventId: '0' })),
    );
    await voting;
    const heard = await Promise.all(streams.map((stream) => stream.take('notification', 60)));
    const numbers = Array.from({ length: 60 }, (_, index) => String(index + 1));
    expect(heard.map((frames) => frames.map(({ id }) => id))).toEqual(streams.map(() => numbers));
  });
});
