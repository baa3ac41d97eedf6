import { createDatabase, type TestDatabase } from './support/database.js';
import { Scrape } from './support/metrics.js';
import { killServers, ServerProcess } from './support/server-process.js';
import { until } from './support/until.js';

const NAME = 'question.moved';

describe('events without a listener', () => {
  let database: TestDatabase;
  let servers: ServerProcess[];
  let first: string;

  /** @param failures of a version before, which listened to it */
  async function insert(failures = 0): Promise<string> {
    const [row] = await database.query<{ id: string }>(
      `INSERT INTO outbox (name, payload, occurred_at, due_at, failures, last_error)
       SELECT '${NAME}', '{}', at, at, ${failures}, ${failures > 0 ? "'Error: out of order'" : 'NULL'}
       FROM (SELECT timezone('utc', now()) - interval '1 minute') t (at)
       RETURNING id`,
    );
    return row!.id;
  }

  const marked = (): Promise<object[]> =>
    database.query("SELECT FROM outbox WHERE last_error = 'No running version listens to it'");
  const lines = (): string[] =>
    servers.flatMap(({ output }) => output.split('\n')).filter((line) => line.includes(NAME));

  beforeAll(async () => {
    database = await createDatabase();
    first = await insert();
    await insert(2);
    servers = [await ServerProcess.start({ DATABASE_URL: database.url })];
    await servers[0]!.says(new RegExp(NAME));
    servers.push(await ServerProcess.start({ DATABASE_URL: database.url }));
  });
  afterAll(async () => {
    await killServers();
    await database.drop();
  });

  it('the log names an event without a listener, with what to do about it', () => {
    expect(lines()[0]).toMatch(
      new RegExp(
        `Event ${first} \\(${NAME}\\) and 1 more of that name has no listener .*: ` +
          `start a version that listens to it, or remove it: npm run outbox -- discard ${first}$`,
      ),
    );
  });

  it('an event without a listener does not count as late', async () => {
    const now = await Scrape.from(servers[0]!.url);
    expect(now.value('qna_outbox_oldest_age_seconds')).toBe(0);
  });

  it('every instance counts an event without a listener', async () => {
    const scrapes = await Promise.all(servers.map(({ url }) => Scrape.from(url)));
    expect(scrapes.map((now) => now.value('qna_outbox_without_listener'))).toEqual([2, 2]);
  });

  it('an event without a listener is in one line of the log, whatever the number of instances', async () => {
    await servers[1]!.kill('SIGTERM');
    await insert();
    await until(async () => (await marked()).length === 3);
    expect(lines()).toHaveLength(1);
  });
});
