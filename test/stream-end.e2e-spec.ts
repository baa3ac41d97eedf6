import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { closeStreams } from './support/event-stream.js';

describe('ends of streams', () => {
  let board: TestApp;
  let user: Person;

  beforeAll(async () => {
    board = await startApp({ SSE_MAX_STREAMS_PER_USER: '2' });
  });
  afterAll(() => board.stop());
  beforeEach(async () => {
    user = await board.person();
  });
  afterEach(closeStreams);

  it('a stream ends with "expired" when its token does', async () => {
    const exp = Math.floor(Date.now() / 1000) + 2;
    const stream = await board.stream({ ...user, token: board.token(user.id, { exp }) });
    await stream.ended;
    expect(stream.frames.map(({ event, id }) => [event, id])).toEqual([
      ['connected', '0'],
      ['expired', '0'],
    ]);
  });

  it('a stream does not end early for a token that expires later than a timer reaches', async () => {
    const exp = Math.floor(Date.now() / 1000) + 3_000_000;
    const stream = await board.stream({ ...user, token: board.token(user.id, { exp }) });
    await stream.next('connected');
    await board.voteForQuestion(await board.person(), await board.ask(user));
    await stream.next('notification');
    expect(stream.isOpen).toBe(true);
  });

  it('a stream ends at the log-out', async () => {
    const stream = await board.stream(user);
    await stream.next('connected');
    await board.must('POST', '/api/user/logout', { as: user });
    await stream.ended;
    expect(stream.frames.map(({ event }) => event)).toEqual(['connected']);
  });

  it('a stream ends when its token was revoked elsewhere', async () => {
    const stream = await board.stream(user);
    await stream.next('connected');
    await board.database.query('UPDATE users SET tokens_revoked_before = $2 WHERE id = $1', [
      user.id,
      Math.floor(Date.now() / 1000) + 1,
    ]);
    await stream.ended;
    expect(stream.isOpen).toBe(false);
  });

  it('a stream at the cap does not end for a new one, which is refused', async () => {
    const streams = [await board.stream(user), await board.stream(user)];
    const { status } = await board.stream(user);
    expect([status, ...streams.map(({ isOpen }) => isOpen)]).toEqual([429, true, true]);
  });

  it('the oldest stream at the cap ends when another reconnects', async () => {
    const oldest = await board.stream(user);
    const newer = await board.stream(user);
    const back = await board.stream(user, { lastEventId: '0' });
    await oldest.ended;
    expect([back.status, newer.isOpen]).toEqual([200, true]);
  });

  it('a stream that ends at the cap makes room for a new one', async () => {
    const first = await board.stream(user);
    await board.stream(user);
    first.close();
    await first.ended;
    const statuses = new Set<number>();
    while (!statuses.has(200)) statuses.add((await board.stream(user)).status);
    expect(statuses).toContain(200);
  });

  it('the cap of streams does not count those of others', async () => {
    await board.stream(user);
    await board.stream(user);
    const { status } = await board.stream(await board.person());
    expect(status).toBe(200);
  });
});

describe('a full instance', () => {
  let board: TestApp;
  beforeAll(async () => {
    board = await startApp({ SSE_MAX_STREAMS: '1' });
    await board.stream(await board.person());
  });
  afterAll(() => board.stop());

  it('a full instance refuses a new stream', async () => {
    expect((await board.stream(await board.person())).status).toBe(429);
  });

  it('a full instance ends a stream that reconnects without making its browser give up', async () => {
    const stream = await board.stream(await board.person(), { lastEventId: '7' });
    await stream.ended;
    expect([stream.status, stream.text]).toEqual([
      200,
      expect.stringMatching(/^\nid: 7\nretry: \d{4}\n\n$/),
    ]);
  });
});
