import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createDatabase, type TestDatabase } from './support/database.js';
import { killServers, ServerProcess } from './support/server-process.js';

let database: TestDatabase;
/** What the lines of the README print, the first time and the second. */
let outputs: string[];

beforeAll(async () => {
  database = await createDatabase();
  const { url } = await ServerProcess.start({ DATABASE_URL: database.url });
  const readme = await readFile('README.md', 'utf8');
  const [, lines] = /^```sh\n(api=[^]+?)^```$/m.exec(readme)!;
  const run = async (): Promise<string> => {
    const env = { PATH: process.env['PATH'], API: `${url}/api` };
    const { stdout } = await promisify(execFile)('bash', ['-c', lines!], { env });
    return stdout;
  };
  outputs = [await run(), await run()];
});
afterAll(async () => {
  await killServers();
  await database.drop();
});

describe.each([
  ['first', 0],
  ['second', 1],
])('run for the %s time', (_, run) => {
  it("the README's lines show an English notification of the vote", () => {
    expect(outputs[run]).toMatch(
      /event: notification\nid: 1\ndata: .*"message":"voter-\w+ voted for your question\."/,
    );
  });

  it("the README's lines show the answer to the vote", () => {
    expect(outputs[run]).toMatch(/\{"question_id":\d+,"vote_count":1,"voted":true\}/);
  });
});
