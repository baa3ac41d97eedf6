import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { contents } from './support/contents.js';
import { deleteMeanwhile } from './support/meanwhile.js';
import { type Answer, MOMENT, readAnswer, readQuestion } from './support/post.js';

let board: TestApp;
let author: Person;
let other: Person;
let question: number;
beforeAll(async () => {
  board = await startApp();
  author = await board.person();
  other = await board.person();
  question = await board.ask(await board.person());
});
afterAll(() => board.stop());
afterEach(() => board.idle());

const answers = (content = 'Like that.') =>
  board.must<Answer>('POST', `/api/question/${question}/answer`, { as: author, body: { content } });

const forbidden = {
  statusCode: 403,
  message: 'Only the author may do that',
  error: 'Forbidden',
};
const notFound = { statusCode: 404, message: 'No such answer', error: 'Not Found' };

it('answering a question answers with the answer, and nothing else', async () => {
  const reply = await board.call('POST', `/api/question/${question}/answer`, {
    as: author,
    body: { content: 'Like that.' },
  });
  expect([reply.status, reply.body]).toEqual([
    201,
    {
      id: expect.any(Number),
      question_id: question,
      content: 'Like that.',
      author: { id: author.id, username: author.username },
      vote_count: 0,
      voted: false,
      created_at: expect.stringMatching(MOMENT),
      updated_at: expect.stringMatching(MOMENT),
    },
  ]);
});

it.each([
  ['of one character', '!'],
  ['of as many characters as allowed', '😀'.repeat(20_000)],
  ['with quotes, tags and escapes', `'"\\ <script>$&{actor}`],
])('an answer keeps text %s as it is', async (_, content) => {
  expect((await readAnswer(board, (await answers(content)).id)).content).toBe(content);
});

it('answering a question raises its number of answers', async () => {
  const id = await board.ask(author);
  await board.answer(other, id);
  await board.answer(other, id);
  expect(await readQuestion(board, id)).toMatchObject({ answer_count: 2 });
});

it('answering a question fails when the question does not exist', async () => {
  const before = await contents(board.database);
  const reply = await board.call('POST', '/api/question/2147483647/answer', {
    as: author,
    body: { content: 'Like that.' },
  });
  expect([reply.status, reply.body, await contents(board.database)]).toEqual([
    404,
    { statusCode: 404, message: 'No such question', error: 'Not Found' },
    before,
  ]);
});

it('answering a question while it is being deleted answers 404', async () => {
  const id = await board.ask(author);
  const reply = await deleteMeanwhile(board.database, id, () =>
    board.call('POST', `/api/question/${id}/answer`, { as: other, body: { content: 'Late' } }),
  );
  expect([reply.status, reply.body]).toMatchObject([404, { message: 'No such question' }]);
});

it('an answer is shown as it was when it was written', async () => {
  const answer = await answers();
  expect(await readAnswer(board, answer.id)).toEqual(answer);
});

it.each(['GET', 'PUT', 'DELETE'])(
  'an answer that does not exist is answered with 404 by %s',
  async (method) => {
    const body = method === 'PUT' ? { content: 'b' } : undefined;
    const reply = await board.call(method, '/api/answer/2147483647', { as: author, body });
    expect([reply.status, reply.body]).toEqual([404, notFound]);
  },
);

describe('rewriting an answer', () => {
  const rewrite = (as: Person, id: number) =>
    board.call('PUT', `/api/answer/${id}`, { as, body: { content: 'Like this.' } });

  it('rewriting an answer answers with the new text', async () => {
    const answer = await answers();
    const { status, body } = await rewrite(author, answer.id);
    expect([status, body]).toEqual([
      200,
      { ...answer, content: 'Like this.', updated_at: expect.stringMatching(MOMENT) },
    ]);
  });

  it('rewriting an answer moves the time of its last change', async () => {
    const { id, updated_at } = await answers();
    await rewrite(author, id);
    expect((await readAnswer(board, id)).updated_at > updated_at).toBe(true);
  });

  it('only its author may rewrite an answer', async () => {
    const { id } = await answers();
    await board.idle();
    const before = await contents(board.database);
    const { status, body } = await rewrite(other, id);
    expect([status, body, await contents(board.database)]).toEqual([403, forbidden, before]);
  });
});

describe('deleting an answer', () => {
  const remove = (as: Person, id: number) => board.call('DELETE', `/api/answer/${id}`, { as });

  it('deleting an answer answers without a body', async () => {
    const { status, body } = await remove(author, (await answers()).id);
    expect([status, body]).toEqual([204, '']);
  });

  it('deleting an answer deletes its votes and keeps its question', async () => {
    const { id } = await answers();
    await board.voteForAnswer(other, id);
    await remove(author, id);
    const [left] = await board.database.query(
      `SELECT (SELECT count(*)::int FROM answer WHERE id = $1) AS answers,
         (SELECT count(*)::int FROM answer_voter WHERE answer_id = $1) AS votes,
         (SELECT count(*)::int FROM question WHERE id = $2) AS questions`,
      [id, question],
    );
    expect(left).toEqual({ answers: 0, votes: 0, questions: 1 });
  });

  it('deleting an answer a second time answers 404', async () => {
    const { id } = await answers();
    await remove(author, id);
    expect((await remove(author, id)).status).toBe(404);
  });

  it('only its author may delete an answer', async () => {
    const { id } = await answers();
    await board.idle();
    const before = await contents(board.database);
    const { status, body } = await remove(other, id);
    expect([status, body, await contents(board.database)]).toEqual([403, forbidden, before]);
  });
});

describe('voting for an answer', () => {
  const vote = (as: Person, id: number) => board.call('POST', `/api/answer/${id}/vote`, { as });
  const takeBack = (as: Person, id: number) =>
    board.call('DELETE', `/api/answer/${id}/vote`, { as });

  it('a vote for an answer answers with the vote state', async () => {
    const { id } = await answers();
    const { status, body } = await vote(other, id);
    expect([status, body]).toEqual([200, { answer_id: id, vote_count: 1, voted: true }]);
  });

  it('a second vote for an answer by one user changes nothing', async () => {
    const { id } = await answers();
    await vote(other, id);
    expect((await vote(other, id)).body).toEqual({ answer_id: id, vote_count: 1, voted: true });
  });

  it('twenty votes of one user for an answer at the same instant count once', async () => {
    const { id } = await answers();
    await Promise.all(Array.from({ length: 20 }, () => vote(other, id)));
    expect(await readAnswer(board, id)).toMatchObject({ vote_count: 1 });
  });

  it('twenty votes of one user for an answer at the same instant cause one notification', async () => {
    const writer = await board.person();
    const id = await board.answer(writer, question);
    await Promise.all(Array.from({ length: 20 }, () => vote(other, id)));
    await board.idle();
    expect((await board.list(writer)).total).toBe(1);
  });

  it('a vote for an answer that is taken back no longer counts', async () => {
    const { id } = await answers();
    await vote(other, id);
    const { status, body } = await takeBack(other, id);
    expect([status, body]).toEqual([200, { answer_id: id, vote_count: 0, voted: false }]);
  });

  it('a vote for an answer can be taken back where there was none', async () => {
    const { id } = await answers();
    const { status, body } = await takeBack(other, id);
    expect([status, body]).toEqual([200, { answer_id: id, vote_count: 0, voted: false }]);
  });

  it.each([
    ['casting', vote],
    ['taking back', takeBack],
  ])('a vote for an answer fails when the answer does not exist: %s', async (_, act) => {
    const { status, body } = await act(other, 2_147_483_647);
    expect([status, body]).toEqual([404, notFound]);
  });

  it('an answer shows each reader whether they have voted', async () => {
    const { id } = await answers();
    await vote(other, id);
    const viewers = [other, author, undefined].map((viewer) => readAnswer(board, id, viewer));
    expect((await Promise.all(viewers)).map(({ voted }) => voted)).toEqual([true, false, false]);
  });

  it('a vote for an answer shows below its question, too', async () => {
    const asked = await board.ask(author);
    const id = await board.answer(author, asked);
    await vote(other, id);
    const seen = await Promise.all([readQuestion(board, asked, other), readQuestion(board, asked)]);
    expect(seen.map(({ answers: [first] }) => [first?.vote_count, first?.voted])).toEqual([
      [1, true],
      [1, false],
    ]);
  });
});
