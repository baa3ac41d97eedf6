import { InboxRetention } from '../src/notification/inbox/inbox.retention.js';
import { startApp, type TestApp } from './support/app.js';
import type { NotificationItem, Person } from './support/board.js';
import { closeStreams } from './support/event-stream.js';

describe('retention of 30 days', () => {
  let board: TestApp;
  let author: Person;
  let voters: Person[];
  let question: number;

  beforeAll(async () => {
    board = await startApp({ NOTIFICATION_RETENTION_DAYS: '30' });
  });
  afterAll(() => board.stop());
  afterEach(closeStreams);

  /** Four notifications: old and read, old and unread, young and read, young and unread. */
  beforeEach(async () => {
    author = await board.person();
    question = await board.ask(author);
    voters = [];
    for (let votes = 0; votes < 4; votes += 1) {
      voters.push(await board.person());
      await board.voteForQuestion(voters.at(-1)!, question);
      await board.idle();
    }
    const ids = (await items()).map(({ id }) => id).toReversed();
    const body = { notification_ids: [ids[0], ids[2]] };
    await board.must('PUT', '/api/notification/read', { as: author, body });
    await board.database.query(
      `UPDATE notification SET created_at = created_at - interval '31 days' WHERE id = ANY ($1)`,
      [[ids[0], ids[1]]],
    );
  });

  const items = async (): Promise<NotificationItem[]> => (await board.list(author)).notifications;
  const run = (): Promise<void> => board.app.get(InboxRetention).run();

  it('retention deletes what is both old and read', async () => {
    await run();
    const left = (await items()).map(({ actor_username }) => actor_username);
    expect(left).toEqual([voters[3]!.username, voters[2]!.username, voters[1]!.username]);
  });

  it('retention keeps the counts right, and raises rev', async () => {
    await run();
    expect(await board.list(author)).toMatchObject({
      total: 3,
      unread_count: 2,
      rev: 6,
      cursor: 4,
    });
  });

  it('retention changes nothing when there is nothing to delete', async () => {
    await run();
    await run();
    expect(await board.list(author)).toMatchObject({ total: 3, rev: 6 });
  });

  it('retention deletes once although two run at the same time', async () => {
    await Promise.all([run(), run()]);
    await run();
    expect(await board.list(author)).toMatchObject({ total: 3, rev: 6 });
  });

  it('a client that missed what retention deleted has to fetch the list', async () => {
    await run();
    const { data } = await (await board.stream(author, { lastEventId: '0' })).next('connected');
    expect(data).toMatchObject({ resync: true, replayed: 0 });
  });

  it('a client whose cursor is behind what retention deleted is resumed', async () => {
    await run();
    const { data } = await (await board.stream(author, { lastEventId: '1' })).next('connected');
    expect(data).toMatchObject({ resumed: true, replayed: 3 });
  });

  it('open tabs fetch the list after retention', async () => {
    const stream = await board.stream(author);
    await stream.next('connected');
    await run();
    expect((await stream.next('read')).data).toEqual({
      notification_ids: null,
      unread_count: 2,
      rev: 6,
    });
  });

  it('a vote that was notified before retention is not notified again', async () => {
    await run();
    await board.must('DELETE', `/api/question/${question}/vote`, { as: voters[0]! });
    await board.voteForQuestion(voters[0]!, question);
    await board.idle();
    expect((await board.list(author)).total).toBe(3);
  });
});

describe('retention of 0 days', () => {
  let board: TestApp;
  beforeAll(async () => {
    board = await startApp({ NOTIFICATION_RETENTION_DAYS: '0' });
  });
  afterAll(() => board.stop());

  it('retention of 0 days keeps everything', async () => {
    const author = await board.person();
    await board.voteForQuestion(await board.person(), await board.ask(author));
    await board.idle();
    await board.must('PUT', '/api/notification/read-all', { as: author });
    await board.database.query(`UPDATE notification SET created_at = '2000-01-01'`);
    await board.app.get(InboxRetention).run();
    expect((await board.list(author)).total).toBe(1);
  });
});
