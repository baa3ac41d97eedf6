import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { until } from './support/until.js';

const QUESTION_VOTED = 'question.voted';
/** No version listens to it. */
const WITHOUT_LISTENER = 'question.moved';
const LATER = `timezone('utc', now()) + interval '1 hour'`;

describe('npm run outbox', () => {
  let board: TestApp;
  let author: Person;
  let question: number;

  beforeAll(async () => {
    board = await startApp({ OUTBOX_MAX_ATTEMPTS: '1' });
  });
  afterAll(() => board.stop());
  beforeEach(async () => {
    author = await board.person();
    question = await board.ask(author);
  });
  afterEach(async () => {
    await board.idle();
    await board.database.query('DELETE FROM outbox');
  });

  const outbox = (...args: string[]): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, ['dist/src/outbox/outbox.cli.js', ...args], {
      env: { ...process.env, DATABASE_URL: board.database.url },
    });

  async function insert(columns: string, values: string): Promise<string> {
    const [row] = await board.database.query<{ id: string }>(
      `INSERT INTO outbox (payload, ${columns}) VALUES ('{"questionId": 7}', ${values}) RETURNING id`,
    );
    return row!.id;
  }

  const onItsWay = (): Promise<string> => insert('name, due_at', `'${QUESTION_VOTED}', ${LATER}`);

  const failing = (): Promise<string> =>
    insert(
      'name, due_at, failures, last_error',
      `'${QUESTION_VOTED}', ${LATER}, 3, 'no such post'`,
    );

  /** Resolves once the server has found that nobody listens to it. */
  async function withoutListener(): Promise<string> {
    const due = `timezone('utc', now()) - interval '1 minute'`;
    const id = await insert('name, due_at', `'${WITHOUT_LISTENER}', ${due}`);
    await until(async () => {
      const marked = 'SELECT FROM outbox WHERE id = $1 AND last_error IS NOT NULL';
      return (await board.database.query(marked, [id])).length > 0;
    });
    return id;
  }

  /** One whose listener fails, as often as is allowed. */
  async function deadLettered(): Promise<string> {
    const fail = (): Promise<void> => Promise.reject(new Error('out of order'));
    const emitter = board.app.get(EventEmitter2);
    emitter.on(QUESTION_VOTED, fail);
    await board.voteForQuestion(await board.person(), question);
    await board.idle();
    emitter.off(QUESTION_VOTED, fail);
    const [row] = await board.database.query<{ id: string }>('SELECT max(id) AS id FROM outbox');
    return row!.id;
  }

  const KINDS: [kind: string, make: () => Promise<string>, heading: RegExp, reason: RegExp][] = [
    ['dead-lettered', deadLettered, /^Dead-lettered/, /after 1 failures: .*out of order/],
    ['failing', failing, /^Failing/, /after 3 failures: no such post/],
    ['without a listener', withoutListener, /^Without a listener/, /No running version listens/],
  ];

  /** Ids by the heading they stand under. */
  function listed(stdout: string): [heading: string, ids: string[]][] {
    const parts = stdout.trim().split(/\n(?=\D)/);
    return parts.map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      return [heading, lines.map((line) => line.split(' ')[0]!)];
    });
  }

  async function idsLeft(): Promise<string[]> {
    const rows = await board.database.query<{ id: string }>('SELECT id FROM outbox ORDER BY id');
    return rows.map(({ id }) => id);
  }

  it.each(KINDS)(
    'npm run outbox lists an event that is %s under its heading alone',
    async (_, make, heading) => {
      const id = await make();
      const { stdout } = await outbox('list');
      const holding = listed(stdout).filter(([, ids]) => ids.includes(id));
      expect(holding).toEqual([[expect.stringMatching(heading), [id]]]);
    },
  );

  it.each(KINDS)(
    'npm run outbox lists with an event that is %s why it stays',
    async (_, make, __, reason) => {
      await make();
      expect((await outbox('list')).stdout).toMatch(reason);
    },
  );

  it('npm run outbox does not list an event that is under way', async () => {
    await onItsWay();
    expect(listed((await outbox('list')).stdout).flatMap(([, ids]) => ids)).toEqual([]);
  });

  it.each(['id', 'all'])(
    'npm run outbox retries a dead-lettered event, requeued by %s',
    async (by) => {
      const id = await deadLettered();
      const stream = await board.stream(author, { lastEventId: '0' });
      // The listener of notifications did its part at the first try: this one must change nothing.
      await board.database.query('DELETE FROM notification WHERE user_id = $1', [author.id]);
      await board.database.query('DELETE FROM notification_inbox WHERE user_id = $1', [author.id]);
      await outbox('retry', by === 'id' ? id : 'all');
      expect((await stream.next('notification')).data['resource_id']).toBe(question);
      stream.close();
    },
  );

  it.each(['retry', 'discard'])(
    'npm run outbox %s says that there is no such event',
    async (command) => {
      await expect(outbox(command, '999999')).rejects.toMatchObject({
        code: 1,
        stderr: 'No event 999999 in the outbox\n',
      });
    },
  );

  it('npm run outbox does not requeue an event that is tried again anyway', async () => {
    const id = await failing();
    await expect(outbox('retry', id)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`Event ${id} is not dead-lettered`),
    });
  });

  it.each(KINDS)('npm run outbox discards an event that is %s, and no other', async (_, make) => {
    const [id, other] = [await make(), await failing()];
    await outbox('discard', id);
    expect(await idsLeft()).toEqual([other]);
  });

  it('npm run outbox prints the event that it discards', async () => {
    const id = await failing();
    const { stdout } = await outbox('discard', id);
    expect(stdout).toMatch(
      new RegExp(`^${id}  question.voted  .*"questionId":7.*after 3 failures: no such post`),
    );
  });

  it('npm run outbox does not discard an event that is under way', async () => {
    const id = await onItsWay();
    await expect(outbox('discard', id)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`Event ${id} (question.voted) is on its way`),
    });
    expect(await idsLeft()).toEqual([id]);
  });

  it.each([
    [['discard', 'all']],
    [['discard']],
    [['retry']],
    [['list', '1']],
    [['retry', '1', '2']],
    [[]],
  ])('npm run outbox explains itself when its arguments are %j', async (args) => {
    await expect(outbox(...args)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Usage'),
    });
  });
});
