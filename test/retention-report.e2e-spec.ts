import { createDatabase, type TestDatabase } from './support/database.js';
import { Scrape } from './support/metrics.js';
import { killServers, ServerProcess } from './support/server-process.js';
import { until } from './support/until.js';

const REMOVED = 'qna_retention_removed_total';
const SUCCEEDED = 'qna_retention_last_success_timestamp_seconds';

describe('runs of retention', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase();
    await database.query(`
      INSERT INTO users (username, email, password_hash) VALUES ('a', 'a@example.test', 'none');
      INSERT INTO notification_inbox (user_id, seq, total, unread_count, rev) SELECT id, 3, 3, 1, 3 FROM users;
      INSERT INTO notification (user_id, actor_user_id, event_type, resource_type, resource_id, message,
        is_read, created_at, seq, event_key)
      SELECT id, id, 'question.voted', 'question', 1, 'old', seq < 3, '2000-01-01', seq, seq::text
      FROM users, generate_series(1, 3) seq`);
  });
  afterEach(killServers);
  afterAll(() => database.drop());

  /** Starts a server, which runs retention at once. Resolves when it has succeeded. */
  async function run(): Promise<{ server: ServerProcess; now: Scrape }> {
    const server = await ServerProcess.start({
      DATABASE_URL: database.url,
      NOTIFICATION_RETENTION_DAYS: '30',
    });
    let now = await Scrape.from(server.url);
    await until(async () => {
      now = await Scrape.from(server.url);
      return now.value(SUCCEEDED) !== undefined;
    });
    return { server, now };
  }

  describe('a run that deletes', () => {
    let server: ServerProcess;
    let now: Scrape;
    beforeAll(async () => {
      ({ server, now } = await run());
    });

    it('a run of retention says in the log how much it deleted, and how old it was', () => {
      expect(server.output).toContain('Removed 2 read notifications older than 30 days');
    });

    it('a run of retention counts what it deleted', () => {
      expect(now.value(REMOVED)).toBe(2);
    });

    it('a run of retention says when it succeeded', () => {
      expect(Math.abs(now.value(SUCCEEDED)! - Date.now() / 1_000)).toBeLessThan(60);
    });
  });

  it('a run of retention that deletes nothing succeeds without a line', async () => {
    const { server, now } = await run();
    expect([server.output.includes('Removed'), now.value(REMOVED)]).toEqual([false, 0]);
  });

  it('no run of retention succeeds where everything is kept', async () => {
    const server = await ServerProcess.start({
      DATABASE_URL: database.url,
      NOTIFICATION_RETENTION_DAYS: '0',
    });
    expect((await Scrape.from(server.url)).value(SUCCEEDED)).toBeUndefined();
  });

  it('a run of retention that fails does not count as a success', async () => {
    await database.query('ALTER TABLE notification RENAME TO gone');
    const server = await ServerProcess.start({ DATABASE_URL: database.url });
    await server.says(/Retention failed, next run in a minute/);
    const now = await Scrape.from(server.url);
    await database.query('ALTER TABLE gone RENAME TO notification');
    expect(now.value(SUCCEEDED)).toBeUndefined();
  });
});
