import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { contents } from './support/contents.js';
import { deleteMeanwhile, meanwhile } from './support/meanwhile.js';
import { MOMENT, type Question, type QuestionList, readQuestion } from './support/post.js';

let board: TestApp;
let author: Person;
let other: Person;
beforeAll(async () => {
  board = await startApp();
  author = await board.person();
  other = await board.person();
});
afterAll(() => board.stop());
afterEach(() => board.idle());

const asks = (subject: string, content = 'Like this?') =>
  board.must<Question>('POST', '/api/question', { as: author, body: { subject, content } });

function findAll(query: Record<string, string> = {}, as?: Person): Promise<QuestionList> {
  const path = `/api/question/list?${new URLSearchParams(query).toString()}`;
  return board.must('GET', path, as && { as });
}

const forbidden = {
  statusCode: 403,
  message: 'Only the author may do that',
  error: 'Forbidden',
};
const notFound = { statusCode: 404, message: 'No such question', error: 'Not Found' };

it('asking a question answers with the question, and nothing else', async () => {
  const body = { subject: 'How?', content: 'Like this?' };
  const reply = await board.call('POST', '/api/question', { as: author, body });
  expect([reply.status, reply.body]).toEqual([
    201,
    {
      id: expect.any(Number),
      ...body,
      author: { id: author.id, username: author.username },
      vote_count: 0,
      voted: false,
      answer_count: 0,
      created_at: expect.stringMatching(MOMENT),
      updated_at: expect.stringMatching(MOMENT),
    },
  ]);
});

it.each([
  ['of one character', '?', '!'],
  ['of as many characters as allowed', 's'.repeat(200), 'c'.repeat(20_000)],
  ['of as many emoji as allowed', '😀'.repeat(200), '😀'.repeat(20_000)],
  ['with quotes, tags and escapes', `'"\\ <script>`, `'; DROP TABLE users; -- $1 %s \\0`],
  ['with lines and spaces around it', '  s  ', '\n\tc\r\n'],
  ['of right-to-left script', 'مرحبا', '\u202Eabc\u202C'],
])('a question keeps text %s as it is', async (_, subject, content) => {
  expect(await asks(subject, content)).toMatchObject({ subject, content });
});

it('asking a question notifies nobody', async () => {
  await asks('Is anybody notified?');
  await board.idle();
  expect((await board.list(author)).total).toBe(0);
});

it('a question is shown with its answers, oldest first', async () => {
  const question = await asks('How?');
  const [first, second] = [
    await board.answer(other, question.id),
    await board.answer(author, question.id),
  ];
  const answer = {
    question_id: question.id,
    content: 'Like that.',
    vote_count: 0,
    voted: false,
    created_at: expect.stringMatching(MOMENT),
    updated_at: expect.stringMatching(MOMENT),
  };
  expect(await readQuestion(board, question.id)).toEqual({
    ...question,
    answer_count: 2,
    answers: [
      { ...answer, id: first, author: { id: other.id, username: other.username } },
      { ...answer, id: second, author: { id: author.id, username: author.username } },
    ],
  });
});

it('a question without answers has an empty list of them', async () => {
  const question = await asks('How?');
  expect(await readQuestion(board, question.id)).toEqual({ ...question, answers: [] });
});

it.each(['GET', 'PUT', 'DELETE'])(
  'a question that does not exist is answered with 404 by %s',
  async (method) => {
    const body = method === 'PUT' ? { subject: 'a', content: 'b' } : undefined;
    const reply = await board.call(method, '/api/question/2147483647', { as: author, body });
    expect([reply.status, reply.body]).toEqual([404, notFound]);
  },
);

describe('rewriting a question', () => {
  const rewrite = (as: Person, id: number) =>
    board.call('PUT', `/api/question/${id}`, { as, body: { subject: 'New', content: 'Newer' } });

  it('rewriting a question answers with the new text', async () => {
    const question = await asks('Old');
    const { status, body } = await rewrite(author, question.id);
    expect([status, body]).toEqual([
      200,
      {
        ...question,
        subject: 'New',
        content: 'Newer',
        updated_at: expect.stringMatching(MOMENT),
      },
    ]);
  });

  it('rewriting a question moves the time of the last change', async () => {
    const { id, updated_at } = await asks('Old');
    await rewrite(author, id);
    expect((await readQuestion(board, id)).updated_at > updated_at).toBe(true);
  });

  it('rewriting a question keeps its votes', async () => {
    const { id } = await asks('Old');
    await board.voteForQuestion(other, id);
    await rewrite(author, id);
    expect(await readQuestion(board, id)).toMatchObject({ vote_count: 1 });
  });

  it('only its author may rewrite a question', async () => {
    const { id } = await asks('Old');
    const before = await contents(board.database);
    const { status, body } = await rewrite(other, id);
    expect([status, body, await contents(board.database)]).toEqual([403, forbidden, before]);
  });
});

describe('deleting a question', () => {
  const remove = (as: Person, id: number) => board.call('DELETE', `/api/question/${id}`, { as });

  it('deleting a question answers without a body', async () => {
    const { status, body } = await remove(author, (await asks('Gone?')).id);
    expect([status, body]).toEqual([204, '']);
  });

  it('deleting a question deletes its answers and every vote', async () => {
    const { id } = await asks('Gone?');
    const answer = await board.answer(other, id);
    await board.voteForQuestion(other, id);
    await board.voteForAnswer(author, answer);
    await remove(author, id);
    const [left] = await board.database.query(
      `SELECT (SELECT count(*)::int FROM question WHERE id = $1) AS questions,
         (SELECT count(*)::int FROM question_voter WHERE question_id = $1) AS votes,
         (SELECT count(*)::int FROM answer WHERE id = $2) AS answers,
         (SELECT count(*)::int FROM answer_voter WHERE answer_id = $2) AS answer_votes`,
      [id, answer],
    );
    expect(left).toEqual({ questions: 0, votes: 0, answers: 0, answer_votes: 0 });
  });

  it('deleting a question keeps its notifications', async () => {
    const asker = await board.person();
    const id = await board.ask(asker);
    await board.voteForQuestion(other, id);
    await board.idle();
    const before = await board.list(asker);
    await remove(asker, id);
    expect(await board.list(asker)).toEqual(before);
  });

  it('deleting a question a second time answers 404', async () => {
    const { id } = await asks('Gone?');
    await remove(author, id);
    expect((await remove(author, id)).status).toBe(404);
  });

  it('only its author may delete a question', async () => {
    const { id } = await asks('Gone?');
    const before = await contents(board.database);
    const { status, body } = await remove(other, id);
    expect([status, body, await contents(board.database)]).toEqual([403, forbidden, before]);
  });
});

describe('voting for a question', () => {
  const vote = (as: Person, id: number) => board.call('POST', `/api/question/${id}/vote`, { as });
  const takeBack = (as: Person, id: number) =>
    board.call('DELETE', `/api/question/${id}/vote`, { as });

  it('a vote for a question answers with the vote state', async () => {
    const { id } = await asks('Good?');
    const { status, body } = await vote(other, id);
    expect([status, body]).toEqual([200, { question_id: id, vote_count: 1, voted: true }]);
  });

  it('a second vote for a question by one user changes nothing', async () => {
    const { id } = await asks('Good?');
    await vote(other, id);
    const { status, body } = await vote(other, id);
    expect([status, body]).toEqual([200, { question_id: id, vote_count: 1, voted: true }]);
  });

  it('a second vote for a question by one user announces nothing', async () => {
    const asker = await board.person();
    const id = await board.ask(asker);
    await vote(other, id);
    await vote(other, id);
    await board.idle();
    expect((await board.list(asker)).total).toBe(1);
  });

  it('twenty votes of one user for a question at the same instant count once', async () => {
    const { id } = await asks('Good?');
    await Promise.all(Array.from({ length: 20 }, () => vote(other, id)));
    expect(await readQuestion(board, id)).toMatchObject({ vote_count: 1 });
  });

  it('twenty votes of one user for a question at the same instant cause one notification', async () => {
    const asker = await board.person();
    const id = await board.ask(asker);
    await Promise.all(Array.from({ length: 20 }, () => vote(other, id)));
    await board.idle();
    expect((await board.list(asker)).total).toBe(1);
  });

  it('votes of twenty users for a question at the same instant count twenty times', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => board.person()));
    const { id } = await asks('Good?');
    await Promise.all(people.map((person) => vote(person, id)));
    expect(await readQuestion(board, id)).toMatchObject({ vote_count: 20 });
  });

  it('a vote for a question that is taken back at the same instant leaves a true count', async () => {
    const { id } = await asks('Good?');
    const both = Array.from({ length: 10 }, () => [vote(other, id), takeBack(other, id)]);
    const replies = await Promise.all(both.flat());
    const { vote_count, voted } = await readQuestion(board, id, other);
    expect([replies.filter(({ status }) => status !== 200), vote_count]).toEqual([
      [],
      voted ? 1 : 0,
    ]);
  });

  it('a vote for a question that another instance casts at the same instant counts once, for both', async () => {
    const { id } = await asks('Good?');
    const elsewhere = `INSERT INTO question_voter VALUES (${id}, ${other.id})`;
    const { body } = await meanwhile(board.database, elsewhere, () => vote(other, id));
    expect(body).toEqual({ question_id: id, vote_count: 1, voted: true });
  });

  it('a vote for a question that another instance takes back at the same instant counts no longer, for both', async () => {
    const { id } = await asks('Good?');
    await vote(other, id);
    const elsewhere = `DELETE FROM question_voter WHERE question_id = ${id}`;
    const { body } = await meanwhile(board.database, elsewhere, () => takeBack(other, id));
    expect(body).toEqual({ question_id: id, vote_count: 0, voted: false });
  });

  it('an author may vote for their own question', async () => {
    const { id } = await asks('Good?');
    expect((await vote(author, id)).body).toEqual({ question_id: id, vote_count: 1, voted: true });
  });

  it('a vote for a question that is taken back no longer counts', async () => {
    const { id } = await asks('Good?');
    await vote(other, id);
    const { status, body } = await takeBack(other, id);
    expect([status, body]).toEqual([200, { question_id: id, vote_count: 0, voted: false }]);
  });

  it('a user takes back only their own vote for a question', async () => {
    const { id } = await asks('Good?');
    await vote(other, id);
    const { body } = await takeBack(author, id);
    expect(body).toEqual({ question_id: id, vote_count: 1, voted: false });
  });

  it('a vote for a question can be taken back where there was none', async () => {
    const { id } = await asks('Good?');
    const { status, body } = await takeBack(other, id);
    expect([status, body]).toEqual([200, { question_id: id, vote_count: 0, voted: false }]);
  });

  it.each([
    ['casting', vote],
    ['taking back', takeBack],
  ])('a vote for a question fails when the question does not exist: %s', async (_, act) => {
    const { status, body } = await act(other, 2_147_483_647);
    expect([status, body]).toEqual([404, notFound]);
  });

  it('a vote for a deleted question does not fail other votes at the same instant', async () => {
    const { id } = await asks('Good?');
    const replies = await Promise.all(
      [id, 2_147_483_647, id, 2_147_483_646].map((each) => vote(other, each)),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 404, 200, 404]);
  });

  it('a vote for a question that is being deleted answers 404', async () => {
    const { id } = await asks('Good?');
    const { status, body } = await deleteMeanwhile(board.database, id, () => vote(other, id));
    expect([status, body]).toEqual([404, notFound]);
  });

  it('a question shows each reader whether they have voted', async () => {
    const { id } = await asks('Good?');
    await vote(other, id);
    const viewers = [other, author, undefined].map((viewer) => readQuestion(board, id, viewer));
    expect((await Promise.all(viewers)).map(({ voted }) => voted)).toEqual([true, false, false]);
  });
});

describe('the list of questions', () => {
  beforeEach(() => board.database.query('DELETE FROM question'));

  const subjects = ({ questions }: QuestionList): string[] =>
    questions.map(({ subject }) => subject);

  it('the list of questions is empty before anybody has asked', async () => {
    expect(await findAll()).toEqual({ total: 0, questions: [] });
  });

  it('the list of questions shows a question as it was when it was asked', async () => {
    const question = await asks('One');
    expect(await findAll()).toEqual({ total: 1, questions: [question] });
  });

  it('the list of questions is sorted, newest first', async () => {
    for (const subject of ['One', 'Two', 'Three']) await asks(subject);
    expect(subjects(await findAll())).toEqual(['Three', 'Two', 'One']);
  });

  it('the list of questions has twenty questions a page by default', async () => {
    for (let n = 1; n <= 21; n += 1) await asks(`Question ${n}`);
    const { total, questions } = await findAll();
    expect([total, questions.length]).toEqual([21, 20]);
  });

  it('the list of questions comes in pages that follow on one another', async () => {
    for (const subject of ['1', '2', '3', '4', '5']) await asks(subject);
    const pages = ['0', '1', '2', '3'].map((page) => findAll({ page, size: '2' }));
    expect((await Promise.all(pages)).map(subjects)).toEqual([['5', '4'], ['3', '2'], ['1'], []]);
  });

  it('the list of questions is empty on the last page that can be asked for', async () => {
    await asks('1');
    expect((await findAll({ page: '2147483647', size: '100' })).questions).toEqual([]);
  });

  it('the list of questions says how many there are on every page', async () => {
    for (const subject of ['1', '2', '3']) await asks(subject);
    const pages = ['0', '1', '9'].map((page) => findAll({ page, size: '2' }));
    expect((await Promise.all(pages)).map(({ total }) => total)).toEqual([3, 3, 3]);
  });

  it('the list of questions counts votes and answers of each', async () => {
    const [first, second] = [await asks('One'), await asks('Two')];
    await board.voteForQuestion(other, first.id);
    await board.voteForQuestion(author, first.id);
    await board.answer(other, second.id);
    const { questions } = await findAll();
    expect(questions.map((each) => [each.vote_count, each.answer_count])).toEqual([
      [0, 1],
      [2, 0],
    ]);
  });

  it('the list of questions shows each reader what they have voted for', async () => {
    const [first] = [await asks('One'), await asks('Two')];
    await board.voteForQuestion(other, first.id);
    const lists = await Promise.all([findAll({}, other), findAll({}, author), findAll()]);
    expect(lists.map(({ questions }) => questions.map(({ voted }) => voted))).toEqual([
      [false, true],
      [false, false],
      [false, false],
    ]);
  });

  describe('keywords', () => {
    const cases: [string, string, string[]][] = [
      ['finds it in the subject', 'needle', ['A needle']],
      ['finds it in the content', 'buried', ['Elsewhere']],
      ['finds it whatever the case', 'NEEDLE', ['A needle']],
      ['finds it whatever the case, beyond ASCII', 'ÄPFEL', ['äpfel']],
      ['finds Korean', '질문', ['한국어 질문']],
      ['takes % for a letter', '100%', ['100% sure']],
      ['takes % in the middle for a letter', 'A%le', []],
      ['takes _ for a letter', 'a_b', ['a_b']],
      ['takes \\ for a letter', 'c:\\d', ['c:\\d']],
      ['takes \\% for two letters', '\\%', []],
      ["takes ' for a letter", "it's", ["it's"]],
      ['takes SQL for text', `' OR '1'='1`, []],
      ['takes a second statement for text', `'; DELETE FROM question; --`, []],
      ['takes a placeholder for text', '$1', []],
      ['takes a pattern of another kind for text', 'a.b', []],
    ];

    it.each(cases)('a search for a keyword %s', async (_, keyword, found) => {
      for (const subject of ['A needle', 'äpfel', '한국어 질문', '100% sure', '100 or so', 'a_b']) {
        await asks(subject);
      }
      for (const subject of ['axb', 'c:\\d', "it's"]) await asks(subject);
      await asks('Elsewhere', 'It is buried here');
      expect(subjects(await findAll({ keyword }))).toEqual(found);
    });

    it('a search for a keyword counts and pages only what it found', async () => {
      for (const subject of ['x 1', 'y 1', 'x 2', 'y 2', 'x 3']) await asks(subject);
      const { total, questions } = await findAll({ keyword: 'x', size: '2', page: '1' });
      expect([total, questions.map(({ subject }) => subject)]).toEqual([3, ['x 1']]);
    });

    it('a search for an empty keyword finds everything', async () => {
      await asks('One');
      expect((await findAll({ keyword: '' })).total).toBe(1);
    });
  });
});
