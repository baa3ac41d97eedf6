import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { Gate } from './support/gate.js';
import { meanwhile } from './support/meanwhile.js';
import { wrongVoteCounts } from './support/vote-counts.js';

const KINDS = ['question', 'answer'] as const;
type Kind = (typeof KINDS)[number];

describe('the count of votes', () => {
  let board: TestApp;
  let author: Person;
  let voter: Person;
  let posts: Record<Kind, number>;

  beforeAll(async () => {
    board = await startApp();
  });
  afterAll(() => board.stop());
  beforeEach(async () => {
    [author, voter] = [await board.person(), await board.person()];
    const question = await board.ask(author);
    posts = { question, answer: await board.answer(author, question) };
  });

  async function countOf(kind: Kind, id = posts[kind]): Promise<number> {
    const [post] = await board.database.query<{ vote_count: number }>(
      `SELECT vote_count FROM ${kind} WHERE id = $1`,
      [id],
    );
    return post!.vote_count;
  }

  const insert = (kind: Kind): Promise<object[]> =>
    board.database.query(`INSERT INTO ${kind}_voter VALUES ($1, $2), ($1, $3)`, [
      posts[kind],
      voter.id,
      author.id,
    ]);

  describe.each(KINDS)('of a post that is a(n) %s', (kind) => {
    it('rises by what SQL inserts', async () => {
      await insert(kind);
      expect(await countOf(kind)).toBe(2);
    });

    it('falls by what SQL deletes', async () => {
      await insert(kind);
      await board.database.query(`DELETE FROM ${kind}_voter WHERE user_id = $1`, [voter.id]);
      expect(await countOf(kind)).toBe(1);
    });

    it('moves with votes that SQL moves', async () => {
      const question = await board.ask(author);
      const other = kind === 'question' ? question : await board.answer(author, question);
      await insert(kind);
      await board.database.query(
        `UPDATE ${kind}_voter SET ${kind}_id = $1 WHERE ${kind}_id = $2 AND user_id = $3`,
        [other, posts[kind], voter.id],
      );
      expect([await countOf(kind), await countOf(kind, other)]).toEqual([1, 1]);
    });

    it('is 0 when SQL truncates the votes', async () => {
      await insert(kind);
      await board.database.query(`TRUNCATE ${kind}_voter`);
      expect(await countOf(kind)).toBe(0);
    });

    it('does not stand in the way of deleting the post', async () => {
      await insert(kind);
      const { status } = await board.call('DELETE', `/api/${kind}/${posts[kind]}`, { as: author });
      expect(status).toBe(204);
    });

    it('is answered without a vote that is committed later', async () => {
      const gate = await Gate.shutAtCommit(board.database, `${kind}_voter`);
      const early = board.call('POST', `/api/${kind}/${posts[kind]}/vote`, { as: voter });
      await gate.reached();
      await gate.open();
      expect((await early).body).toMatchObject({ vote_count: 1 });
    });

    it('is answered with a vote that was committed while this one waited', async () => {
      const elsewhere = `INSERT INTO ${kind}_voter VALUES (${posts[kind]}, ${author.id})`;
      const { body } = await meanwhile(board.database, elsewhere, () =>
        board.call('POST', `/api/${kind}/${posts[kind]}/vote`, { as: voter }),
      );
      expect(body).toMatchObject({ vote_count: 2 });
    });

    it('is answered without an own vote that was committed while taking it back waited', async () => {
      const elsewhere = `INSERT INTO ${kind}_voter VALUES (${posts[kind]}, ${voter.id})`;
      const { body } = await meanwhile(board.database, elsewhere, () =>
        board.call('DELETE', `/api/${kind}/${posts[kind]}/vote`, { as: voter }),
      );
      expect(body).toMatchObject({ vote_count: 0, voted: false });
    });

    it('says 404 when the post was deleted while a vote waited', async () => {
      const deletion = `DELETE FROM ${kind} WHERE id = ${posts[kind]}`;
      const { status } = await meanwhile(board.database, deletion, () =>
        board.call('POST', `/api/${kind}/${posts[kind]}/vote`, { as: voter }),
      );
      expect(status).toBe(404);
    });
  });
});

describe('votes that several instances cast and take back at once', () => {
  const POSTS = 12;
  const VOTERS = 40;
  let boards: TestApp[];
  let author: Person;
  let statuses: number[];
  let votes: number;

  beforeAll(async () => {
    const first = await startApp();
    boards = [first, await startApp({}, first.database), await startApp({}, first.database)];
    author = await first.person();
    const posts = await Promise.all(Array.from({ length: POSTS }, () => first.ask(author)));
    const voters = await Promise.all(Array.from({ length: VOTERS }, () => first.person()));
    const requests = voters.flatMap((voter, index) => {
      const inOrder = index % 2 === 0 ? posts : posts.toReversed();
      // Every vote is cast on each instance. Votes of the last voter are taken back at once, and cast.
      return inOrder.flatMap((post) =>
        boards.map((board, instance) => {
          const method = index === VOTERS - 1 && instance === 0 ? 'DELETE' : 'POST';
          return board.call(method, `/api/question/${post}/vote`, { as: voter });
        }),
      );
    });
    statuses = (await Promise.all(requests)).map(({ status }) => status);
    await Promise.all(boards.map((board) => board.idle()));
    const [row] = await first.database.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM question_voter WHERE user_id <> $1',
      [voters.at(-1)!.id],
    );
    votes = row!.count;
  }, 120_000);
  afterAll(async () => {
    for (const board of boards.toReversed()) await board.stop();
  }, 60_000);

  it('are all answered with a success', () => {
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  it('are all stored', () => {
    expect(votes).toBe(POSTS * (VOTERS - 1));
  });

  it('are counted exactly', async () => {
    expect(await wrongVoteCounts(boards[0]!.database)).toEqual([]);
  });

  it('notify the author once of each', async () => {
    expect((await boards[0]!.list(author)).total).toBe(POSTS * VOTERS);
  });
});
