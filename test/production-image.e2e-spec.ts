import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createDatabase } from './support/database.js';
import { type Outcome, runProgram } from './support/program.js';

/** What the image contains of the build, in a folder of its own. */
let folder: string;
let removed: string[];

const migrate = (environment: Record<string, string>): Promise<Outcome> =>
  runProgram(process.execPath, ['dist/src/database/migrate.js', 'run'], environment, folder);

beforeAll(async () => {
  const dockerfile = await readFile('deploy/Dockerfile', 'utf8');
  removed = [...dockerfile.matchAll(/npm run build && rm -r (\S+)$/gm)].map(([, path]) => path!);
  folder = await mkdtemp(join(tmpdir(), 'qna-image-'));
  await cp('dist', join(folder, 'dist'), { recursive: true });
  await cp('package.json', join(folder, 'package.json'));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  for (const path of removed) await rm(join(folder, path), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('the production image does not contain the embedded PostgreSQL', () => {
  expect(removed).toEqual(['dist/src/embedded-postgres']);
});

it('the build in the production image works with a DATABASE_URL', async () => {
  const database = await createDatabase({ migrated: false });
  const { code, stderr } = await migrate({ DATABASE_URL: database.url });
  await database.drop();
  expect([code, stderr]).toEqual([0, '']);
});

it('the build in the production image says in one line that it needs a DATABASE_URL', async () => {
  expect(await migrate({})).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'DATABASE_URL is not set, and the embedded PostgreSQL cannot be used: this build does not contain it. Set DATABASE_URL.\n',
  });
});
