import { InboxRetention } from '../src/notification/inbox/inbox.retention.js';
import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { closeStreams } from './support/event-stream.js';

/** More than are marked, and more than are deleted, under one lock. */
const SIZE = 12_000;
const RETENTION_DAYS = 30;

let board: TestApp;
let author: Person;

beforeAll(async () => {
  board = await startApp({ NOTIFICATION_RETENTION_DAYS: String(RETENTION_DAYS) });
});
afterAll(() => board.stop());
afterEach(closeStreams);

/** A box as the application would have filled it. */
async function fill({ isRead, ageDays }: { isRead: boolean; ageDays: number }): Promise<void> {
  const actor = await board.person();
  author = await board.person();
  await board.database.query(
    `INSERT INTO notification (user_id, actor_user_id, event_type, resource_type, resource_id,
       message, is_read, created_at, seq, event_key)
     SELECT $1::int, $2::int, 'question.voted', 'question', n, 'A vote.', $4::boolean,
       timezone('utc', now()) - $5::int * interval '1 day', n, 'question.voted:' || n || ':' || $2::int
     FROM generate_series(1, $3::int) n ORDER BY n`,
    [author.id, actor.id, SIZE, isRead, ageDays],
  );
  await board.database.query(
    `INSERT INTO notification_inbox (user_id, seq, total, unread_count, rev)
     VALUES ($1, $2, $2, $3, $2)`,
    [author.id, SIZE, isRead ? 0 : SIZE],
  );
}

/** How many SQL counts. */
async function counted(): Promise<{ total: number; unread_count: number }> {
  const [row] = await board.database.query<{ total: number; unread_count: number }>(
    `SELECT count(*)::int AS total, count(*) FILTER (WHERE NOT is_read)::int AS unread_count
     FROM notification WHERE user_id = $1`,
    [author.id],
  );
  return row!;
}

describe('marking all of a large inbox as read', () => {
  let answer: { updated: number; unread_count: number; rev: number };

  beforeAll(async () => {
    await fill({ isRead: false, ageDays: 0 });
    answer = await board.must('PUT', '/api/notification/read-all', { as: author });
  });

  it('marking all of a large inbox as read marks every notification', async () => {
    expect(await counted()).toEqual({ total: SIZE, unread_count: 0 });
  });

  it('marking all of a large inbox as read answers with the number of all', () => {
    expect(answer).toMatchObject({ updated: SIZE, unread_count: 0 });
  });

  it('marking all of a large inbox as read leaves counts that agree with the rows', async () => {
    const { unread_count, rev } = answer;
    expect(await board.list(author)).toMatchObject({ total: SIZE, unread_count, rev });
  });
});

describe('retention of a large inbox', () => {
  beforeAll(async () => {
    await fill({ isRead: true, ageDays: RETENTION_DAYS + 1 });
    await board.app.get(InboxRetention).run();
  });

  it('retention of a large inbox deletes every old notification', async () => {
    expect(await counted()).toEqual({ total: 0, unread_count: 0 });
  });

  it('retention of a large inbox leaves counts that agree with the rows', async () => {
    expect(await board.list(author)).toMatchObject({ total: 0, unread_count: 0, cursor: SIZE });
  });
});

describe('an inbox unknown to the statistics', () => {
  beforeAll(async () => {
    // As they are of a table whose notifications were all read when it was looked at.
    await fill({ isRead: true, ageDays: 0 });
    await board.database.query('ALTER TABLE notification SET (autovacuum_enabled = false)');
    await board.database.query('ANALYZE notification');
    await fill({ isRead: false, ageDays: 0 });
  });

  it('marking an inbox that the statistics of the database do not know ends within the time of a statement', async () => {
    const { updated } = await board.must<{ updated: number }>('PUT', '/api/notification/read-all', {
      as: author,
    });
    expect(updated).toBe(SIZE);
  });
});

it('a tab of a large inbox whose notifications are all read receives as its last event that all was read', async () => {
  await fill({ isRead: false, ageDays: 0 });
  const tab = await board.stream(author);
  await tab.next('connected');
  await board.must('PUT', '/api/notification/read-all', { as: author });
  let last = await tab.next('read');
  while (last.data['unread_count'] !== 0) last = await tab.next('read');
  expect(last.data['notification_ids']).toBe('all');
});
