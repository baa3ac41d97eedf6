import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { contents } from './support/contents.js';
import { MOMENT } from './support/post.js';

let board: TestApp;
let reader: Person;
let voter: Person;
beforeAll(async () => {
  board = await startApp();
});
afterAll(() => board.stop());
beforeEach(async () => {
  reader = await board.person();
  voter = await board.person();
});

interface Read {
  updated: number;
  unread_count: number;
  rev: number;
}

/** Notifies a user of that many answers, one after the other. @returns the ids, newest first */
async function notify(count: number, to = reader): Promise<number[]> {
  const question = await board.ask(to);
  for (let notified = 0; notified < count; notified += 1) {
    await board.answer(voter, question);
    await board.idle();
  }
  return ids(`?size=${count}`, to);
}

async function ids(query = '', as = reader): Promise<number[]> {
  return (await board.list(as, query)).notifications.map(({ id }) => id);
}

const read = (notification_ids: number[], as = reader): Promise<Read> =>
  board.must('PUT', '/api/notification/read', { as, body: { notification_ids } });

const readAll = (as = reader): Promise<Read> =>
  board.must('PUT', '/api/notification/read-all', { as });

async function messages(as = reader): Promise<string[]> {
  return (await board.list(as)).notifications.map(({ message }) => message);
}

it('the list of a user without notifications is empty', async () => {
  expect(await board.list(reader)).toEqual({
    total: 0,
    unread_count: 0,
    rev: 0,
    cursor: 0,
    notifications: [],
  });
});

it('the list shows the documented fields of a notification, and nothing else', async () => {
  const question = await board.ask(reader);
  await board.voteForQuestion(voter, question);
  await board.idle();
  expect((await board.list(reader)).notifications).toEqual([
    {
      id: expect.any(Number),
      actor_username: voter.username,
      event_type: 'question.voted',
      resource_type: 'question',
      resource_id: question,
      message: `${voter.username}님이 회원님의 질문에 투표했습니다.`,
      is_read: false,
      created_at: expect.stringMatching(MOMENT),
    },
  ]);
});

it('the list is sorted, newest first', async () => {
  const notified = await notify(3);
  expect(notified).toEqual(notified.toSorted((a, b) => b - a));
});

it('the list has twenty notifications a page by default', async () => {
  await notify(21);
  expect((await ids()).length).toBe(20);
});

it('the list comes in pages that follow on one another', async () => {
  const notified = await notify(5);
  const pages = [0, 1, 2, 3].map((page) => ids(`?page=${page}&size=2`));
  expect(await Promise.all(pages)).toEqual([
    notified.slice(0, 2),
    notified.slice(2, 4),
    notified.slice(4),
    [],
  ]);
});

it('the list is empty on the last page that can be asked for', async () => {
  await notify(1);
  expect(await ids('?page=2147483647&size=100')).toEqual([]);
});

it('the list carries the same counts on every page', async () => {
  await notify(3);
  const pages = ['?page=0&size=2', '?page=1&size=2', '?page=9', '?before=1'].map((query) =>
    board.list(reader, query),
  );
  const seen = (await Promise.all(pages)).map(({ notifications: _, ...counts }) => counts);
  expect(seen).toEqual(seen.map(() => ({ total: 3, unread_count: 3, rev: 3, cursor: 3 })));
});

it('the list has up to a hundred notifications a page', async () => {
  await notify(1);
  expect((await ids('?size=100')).length).toBe(1);
});

it('the list shows nobody the notifications of others', async () => {
  await notify(1);
  expect((await board.list(voter)).total).toBe(0);
});

it('the list has the cursor of its newest notification', async () => {
  await notify(2);
  const stream = await board.stream(reader, { lastEventId: '1' });
  const { id } = await stream.next('notification');
  stream.close();
  expect(String((await board.list(reader)).cursor)).toBe(id);
});

it('the list before an id continues below a notification that is there', async () => {
  const [, second, ...older] = await notify(5);
  expect(await ids(`?before=${second}`)).toEqual(older);
});

it('the list before an id has as many notifications as asked for', async () => {
  const [first, ...older] = await notify(4);
  expect(await ids(`?before=${first}&size=2`)).toEqual(older.slice(0, 2));
});

it('the list before an id continues below an id that does not exist', async () => {
  const notified = await notify(2);
  expect(await ids('?before=2147483647')).toEqual(notified);
});

it('the list before an id continues below a notification of another user', async () => {
  const notified = await notify(1);
  const [others] = await notify(1, await board.person());
  expect(await ids(`?before=${others}`)).toEqual(notified);
});

it('the list before an id is empty below the oldest', async () => {
  const notified = await notify(2);
  expect(await ids(`?before=${notified.at(-1)}`)).toEqual([]);
});

it('the list before an id neither repeats nor hides anything when more arrives', async () => {
  const notified = await notify(3);
  const first = await ids('?size=2');
  await notify(2);
  const second = await ids(`?size=2&before=${first.at(-1)}`);
  expect([...first, ...second]).toEqual(notified);
});

it('marking as read answers with the number and the counters', async () => {
  const [first, second] = await notify(3);
  expect(await read([first!, second!])).toEqual({ updated: 2, unread_count: 1, rev: 4 });
});

it('marking as read shows in the list', async () => {
  const [first] = await notify(2);
  await read([first!]);
  const { notifications } = await board.list(reader);
  expect(notifications.map(({ is_read }) => is_read)).toEqual([true, false]);
});

it('marking as read a second time changes nothing, and leaves rev', async () => {
  const [first] = await notify(2);
  await read([first!]);
  expect(await read([first!])).toEqual({ updated: 0, unread_count: 1, rev: 3 });
});

it('marking as read counts an id once that is given twice', async () => {
  const [first] = await notify(2);
  expect(await read([first!, first!])).toEqual({ updated: 1, unread_count: 1, rev: 3 });
});

it('marking as read ignores the ids of others', async () => {
  await notify(1);
  const [others] = await notify(1, await board.person());
  expect(await read([others!])).toEqual({ updated: 0, unread_count: 1, rev: 1 });
});

it('marking as read leaves the notifications of others unread', async () => {
  const other = await board.person();
  const [others] = await notify(1, other);
  await read([others!]);
  expect((await board.list(other)).unread_count).toBe(1);
});

it('marking as read ignores ids that do not exist', async () => {
  const [first] = await notify(1);
  expect(await read([2_147_483_647, first!])).toEqual({ updated: 1, unread_count: 0, rev: 2 });
});

it('marking as read takes five hundred ids', async () => {
  const [first] = await notify(1);
  const many = Array.from({ length: 499 }, (_, index) => 2_147_483_647 - index);
  expect(await read([first!, ...many])).toEqual({ updated: 1, unread_count: 0, rev: 2 });
});

it('marking as read changes nothing for a user without notifications', async () => {
  const before = await contents(board.database);
  expect([await read([1]), await contents(board.database)]).toEqual([
    { updated: 0, unread_count: 0, rev: 0 },
    before,
  ]);
});

it('many requests that mark as read at the same instant count each notification once', async () => {
  const notified = await notify(4);
  const replies = await Promise.all(notified.flatMap((id) => [read([id]), read([id])]));
  const { unread_count, rev } = await board.list(reader);
  expect({
    updated: replies.reduce((sum, { updated }) => sum + updated, 0),
    unread_count,
    rev,
  }).toEqual({ updated: 4, unread_count: 0, rev: 8 });
});

it('marking all as read answers with the number and the counters', async () => {
  await notify(3);
  expect(await readAll()).toEqual({ updated: 3, unread_count: 0, rev: 4 });
});

it('marking all as read shows in the list', async () => {
  await notify(2);
  await readAll();
  const { notifications } = await board.list(reader);
  expect(notifications.map(({ is_read }) => is_read)).toEqual([true, true]);
});

it('marking all as read counts only what was unread', async () => {
  const [first] = await notify(3);
  await read([first!]);
  expect(await readAll()).toEqual({ updated: 2, unread_count: 0, rev: 5 });
});

it('marking all as read a second time changes nothing, and leaves rev', async () => {
  await notify(1);
  await readAll();
  expect(await readAll()).toEqual({ updated: 0, unread_count: 0, rev: 2 });
});

it('marking all as read changes nothing for a user without notifications', async () => {
  expect(await readAll()).toEqual({ updated: 0, unread_count: 0, rev: 0 });
});

it('marking all as read leaves the notifications of others unread', async () => {
  const other = await board.person();
  await notify(1, other);
  await readAll();
  expect((await board.list(other)).unread_count).toBe(1);
});

it('marking all as read leaves later notifications unread', async () => {
  await notify(1);
  await readAll();
  await notify(1);
  expect(await board.list(reader)).toMatchObject({ total: 2, unread_count: 1, rev: 3 });
});

it('rev rises by one with everything that changes the inbox, and with nothing else', async () => {
  const question = await board.ask(reader);
  const revs: number[] = [];
  const note = async (step: () => Promise<unknown>): Promise<void> => {
    await step();
    await board.idle();
    revs.push((await board.list(reader)).rev);
  };
  await note(() => board.voteForQuestion(voter, question));
  await note(() => board.voteForQuestion(voter, question));
  await note(() => board.answer(voter, question));
  await note(() => board.answer(reader, question));
  await note(() => readAll());
  await note(() => readAll());
  await note(() => board.must('DELETE', `/api/question/${question}`, { as: reader }));
  expect(revs).toEqual([1, 1, 2, 2, 3, 3, 3]);
});

it('the author of a question is notified of each answer', async () => {
  const question = await board.ask(reader);
  await board.answer(voter, question);
  await board.answer(voter, question);
  await board.idle();
  const { notifications } = await board.list(reader);
  expect(notifications.map((n) => [n.event_type, n.resource_type, n.resource_id])).toEqual([
    ['answer.created', 'question', question],
    ['answer.created', 'question', question],
  ]);
});

it('the author of an answer is notified of a vote for it', async () => {
  const answer = await board.answer(reader, await board.ask(await board.person()));
  await board.voteForAnswer(voter, answer);
  await board.idle();
  const { notifications } = await board.list(reader);
  expect(notifications.map((n) => [n.event_type, n.resource_type, n.resource_id])).toEqual([
    ['answer.voted', 'answer', answer],
  ]);
});

it('nobody is notified of what they did themselves', async () => {
  const question = await board.ask(reader);
  const answer = await board.answer(reader, question);
  await board.voteForQuestion(reader, question);
  await board.voteForAnswer(reader, answer);
  await board.idle();
  expect((await board.list(reader)).total).toBe(0);
});

it.each([
  ['question', () => board.ask(reader)],
  ['answer', async () => board.answer(reader, await board.ask(reader))],
])(
  'the author is notified once of a vote for their %s that is taken back and given again',
  async (kind, make) => {
    const path = `/api/${kind}/${await make()}/vote`;
    for (let round = 0; round < 3; round += 1) {
      await board.must('POST', path, { as: voter });
      await board.idle();
      await board.must('DELETE', path, { as: voter });
    }
    expect((await board.list(reader)).total).toBe(1);
  },
);

it('the author is notified of the vote of each voter', async () => {
  const question = await board.ask(reader);
  for (const person of [voter, await board.person()]) {
    await board.voteForQuestion(person, question);
  }
  await board.idle();
  expect((await board.list(reader)).total).toBe(2);
});

it('a notification stays when its vote is taken back', async () => {
  const question = await board.ask(reader);
  await board.voteForQuestion(voter, question);
  await board.idle();
  const before = await board.list(reader);
  await board.must('DELETE', `/api/question/${question}/vote`, { as: voter });
  await board.idle();
  expect(await board.list(reader)).toEqual(before);
});

it.each([
  [
    'ko',
    (name: string) => [
      `${name}님이 회원님의 답변에 투표했습니다.`,
      `${name}님이 회원님의 질문에 답변을 작성했습니다.`,
      `${name}님이 회원님의 질문에 투표했습니다.`,
    ],
  ],
  [
    'en',
    (name: string) => [
      `${name} voted for your answer.`,
      `${name} answered your question.`,
      `${name} voted for your question.`,
    ],
  ],
])('a message is written in the language of its reader: %s', async (locale, expected) => {
  const person = await board.person({ locale });
  const question = await board.ask(person);
  const answer = await board.answer(person, question);
  await board.voteForQuestion(voter, question);
  await board.idle();
  await board.answer(voter, question);
  await board.idle();
  await board.voteForAnswer(voter, answer);
  await board.idle();
  expect(await messages(person)).toEqual(expected(voter.username));
});

it('a message keeps the language in which it was written', async () => {
  const question = await board.ask(reader);
  await board.answer(voter, question);
  await board.idle();
  await board.must('PUT', '/api/user/me', { as: reader, body: { locale: 'en' } });
  await board.answer(voter, question);
  await board.idle();
  expect(await messages()).toEqual([
    `${voter.username} answered your question.`,
    `${voter.username}님이 회원님의 질문에 답변을 작성했습니다.`,
  ]);
});

it.each([
  ['a tag', '<script>alert(1)</script>'],
  ['emoji', '👩‍👩‍👧‍👦 😀'],
  ['right-to-left script', 'محمد \u202Eabc'],
  ['fifty letters', '가'.repeat(50)],
  ['fifty letters beyond the first plane', '😀'.repeat(50)],
  ['what a replacement would expand', `$& $1 $\` $' $$`],
  ['what stands for the actor', '{actor}'],
  ['the backreferences of SQL', '\\1 \\& %s'],
  ['quotes', `'"\``],
  ['a line', 'a\nb'],
  ['marks', 'e\u0301 नमस्ते'],
])('a message shows a name of %s as it is', async (_, username) => {
  await board.voteForQuestion(await board.person({ username }), await board.ask(reader));
  await board.idle();
  const { notifications } = await board.list(reader);
  expect(notifications).toMatchObject([
    { actor_username: username, message: `${username}님이 회원님의 질문에 투표했습니다.` },
  ]);
});

it('the time of a notification is that of its event', async () => {
  const before = new Date().toISOString();
  await notify(1);
  const after = new Date().toISOString();
  const at = (await board.list(reader)).notifications[0]!.created_at;
  expect(before.slice(0, 23) <= at && at.slice(0, 23) <= after.slice(0, 23)).toBe(true);
});

it('the time of a notification keeps its microseconds on the way from the table', async () => {
  const [id] = await notify(1);
  const at = '2026-02-13 15:08:59.872946';
  await board.database.query('UPDATE notification SET created_at = $2 WHERE id = $1', [id, at]);
  const { notifications } = await board.list(reader);
  expect(notifications[0]!.created_at).toBe('2026-02-13T15:08:59.872946Z');
});

it('the time of a notification has six digits also when the last ones are zero', async () => {
  const [id] = await notify(1);
  const at = '2026-02-13 15:08:59';
  await board.database.query('UPDATE notification SET created_at = $2 WHERE id = $1', [id, at]);
  const { notifications } = await board.list(reader);
  expect(notifications[0]!.created_at).toBe('2026-02-13T15:08:59.000000Z');
});
