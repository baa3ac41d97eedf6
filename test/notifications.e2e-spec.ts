import { startApp, type TestApp } from './support/app.js';

describe('notifications', () => {
  let board: TestApp;
  beforeAll(async () => {
    board = await startApp();
  });
  afterAll(() => board.stop());

  it('an author finds a vote for his question in his list', async () => {
    const [author, voter] = [await board.person(), await board.person({ username: 'voter' })];
    const question = await board.ask(author);
    await board.voteForQuestion(voter, question);
    await board.idle();
    const { notifications } = await board.list(author);
    expect(notifications).toMatchObject([
      { actor_username: 'voter', event_type: 'question.voted', resource_id: question },
    ]);
  });
});
