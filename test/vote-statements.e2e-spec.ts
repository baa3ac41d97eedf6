import { CAST_ANSWER_VOTES, TAKE_BACK_ANSWER_VOTE } from '../src/answer/answer-votes.sql.js';
import type { EventMap } from '../src/events/domain-event.js';
import {
  CAST_QUESTION_VOTES,
  TAKE_BACK_QUESTION_VOTE,
} from '../src/question/question-votes.sql.js';
import { startApp, type TestApp } from './support/app.js';
import { createDatabase, type TestDatabase } from './support/database.js';

describe('a statement of votes', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it.each([CAST_QUESTION_VOTES, TAKE_BACK_QUESTION_VOTE, CAST_ANSWER_VOTES, TAKE_BACK_ANSWER_VOTE])(
    'can be pasted into psql: $name',
    async ({ text }) => {
      const pasted = database.query(`PREPARE pasted AS ${text}; DEALLOCATE pasted`);
      await expect(pasted).resolves.toBeUndefined();
    },
  );
});

describe('the event of a vote', () => {
  let board: TestApp;
  beforeAll(async () => {
    board = await startApp();
  });
  afterAll(() => board.stop());

  /** What the statement of a vote stores. */
  async function payloadOf(vote: () => Promise<unknown>): Promise<object> {
    await board.database.query(`
      CREATE TABLE stored AS SELECT payload FROM outbox LIMIT 0;
      CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO stored VALUES (NEW.payload); RETURN NULL; END $$;
      CREATE TRIGGER keep AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION keep()`);
    await vote();
    const [stored] = await board.database.query<{ payload: object }>('SELECT payload FROM stored');
    await board.database.query(
      'DROP TRIGGER keep ON outbox; DROP FUNCTION keep; DROP TABLE stored',
    );
    return stored!.payload;
  }

  it('is what listeners of question.voted expect', async () => {
    const [author, voter] = [await board.person(), await board.person()];
    const questionId = await board.ask(author);
    const expected: EventMap['question.voted'] = {
      questionId,
      authorId: author.id,
      actorId: voter.id,
    };
    expect(await payloadOf(() => board.voteForQuestion(voter, questionId))).toEqual(expected);
  });

  it('is what listeners of answer.voted expect', async () => {
    const [author, voter] = [await board.person(), await board.person()];
    const answerId = await board.answer(author, await board.ask(author));
    const expected: EventMap['answer.voted'] = {
      answerId,
      authorId: author.id,
      actorId: voter.id,
    };
    expect(await payloadOf(() => board.voteForAnswer(voter, answerId))).toEqual(expected);
  });
});
