import { access, chmod, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createDatabase, type TestDatabase } from './support/database.js';
import { type Outcome, runProgram } from './support/program.js';

const GENERATE = resolve('dist/src/database/generate-migration.js');
const NOTHING = 'Nothing to generate: the migrations match the entities.\n';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** Empty, and open to the user that an embedded PostgreSQL runs as when this process is root. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qna-generate-'));
  folders.push(folder);
  await chmod(folder, 0o755);
  return folder;
}

/** A copy of what is built and linted, whose users have a column more. */
async function copyWithColumn(): Promise<string> {
  const folder = await makeFolder();
  const { scripts, type } = JSON.parse(await readFile('package.json', 'utf8')) as object & {
    scripts: object;
    type: string;
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type, scripts }));
  const config = ['.prettierrc', '.oxlintrc.json', '.dependency-cruiser.cjs', 'nest-cli.json'];
  const sources = ['src', 'migrations', 'ormconfig.ts', 'tsconfig.json', 'tsconfig.build.json'];
  for (const path of [...config, ...sources]) {
    await cp(path, join(folder, path), { recursive: true });
  }
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const entity = join(folder, 'src/user/entities/user.entity.ts');
  const text = await readFile(entity, 'utf8');
  const column = `  @Column({ length: 80, default: '"\`\${new}\`"' })\n  motto: string;\n}\n`;
  await writeFile(entity, text.replace(/\}\n$/, column));
  return folder;
}

describe('entities with a new column', () => {
  let folder: string;
  let database: TestDatabase;
  let generated: Outcome;
  let withoutFolder: Outcome;
  let built: Outcome;
  let path: string;
  beforeAll(async () => {
    [folder, database] = await Promise.all([copyWithColumn(), createDatabase({ migrated: false })]);
    const args = ['run', '--silent', 'migration:generate', '--', 'migrations/add-motto'];
    generated = await runProgram('npm', args, { DATABASE_URL: database.url }, folder);
    path = /migrations\/\S+\.ts/.exec(generated.stdout)?.[0] ?? 'none';
    withoutFolder = await runProgram(
      process.execPath,
      [join(folder, 'dist/src/database/generate-migration.js'), 'migrations/add-motto'],
      { DATABASE_URL: database.url },
      await makeFolder(),
    );
    built = await runProgram('npm', ['run', '--silent', 'build'], {}, folder);
  }, 180_000);
  afterAll(() => database?.drop());

  const columns = (): Promise<unknown[]> =>
    database.query(
      `SELECT column_default FROM information_schema.columns
       WHERE table_name = 'users' AND column_name = 'motto'`,
    );

  it('migration:generate migrates an empty database, writes a file, and says both in a line', () => {
    expect(generated).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^Ran missing migrations first \(\d+\)\. Wrote migrations\/\d{13}-add-motto\.ts\. Read it, then run it: npm run build && npm run migration:run\n$/,
      ) as string,
      stderr: '',
    });
  });

  it('migration:generate says in a line that the file cannot be written', () => {
    expect(withoutFolder).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^The migration cannot be written: ENOENT: [^\n]+add-motto\.ts'\n$/,
      ) as string,
    });
  });

  it.each([
    ['prettier', ['--check', 'migrations']],
    ['oxlint', ['--type-aware', 'migrations']],
    ['depcruise', ['src', 'migrations', 'ormconfig.ts']],
  ])(
    'a generated migration passes %s',
    async (program, args) => {
      const { code, stdout } = await runProgram(`node_modules/.bin/${program}`, args, {}, folder);
      expect([code, code === 0 || stdout]).toEqual([0, true]);
    },
    90_000,
  );

  it('a generated migration compiles', () => {
    expect(built).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('a generated migration is only what the column needs', async () => {
    const text = await readFile(join(folder, path), 'utf8');
    expect(text.match(/queryRunner\.query\(/g)).toHaveLength(2);
  });

  it('a generated migration makes the column, takes it back, and leaves nothing to generate', async () => {
    const migrate = (command: string): Promise<Outcome> =>
      runProgram(
        process.execPath,
        ['dist/src/database/migrate.js', command],
        { DATABASE_URL: database.url },
        folder,
      );
    await migrate('run');
    const made = await columns();
    const { stdout } = await runProgram(
      process.execPath,
      ['dist/src/database/generate-migration.js', 'migrations/again'],
      { DATABASE_URL: database.url },
      folder,
    );
    await migrate('revert');
    expect([made, stdout, await columns()]).toEqual([
      [{ column_default: '\'"`${new}`"\'::character varying' }],
      NOTHING,
      [],
    ]);
  });
});

it('migration:generate has nothing to write, says so, and ends with exit code 0', async () => {
  const database = await createDatabase();
  const environment = { DATABASE_URL: database.url };
  const outcome = await runProgram(process.execPath, [GENERATE, 'migrations/x'], environment);
  await database.drop();
  expect(outcome).toEqual({ code: 0, stdout: NOTHING, stderr: '' });
});

it('migration:generate without DATABASE_URL starts the embedded database, and stops it', async () => {
  const folder = await makeFolder();
  const { stdout } = await runProgram(process.execPath, [GENERATE, 'migrations/x'], {}, folder);
  const lock = join(folder, '.data/postgres/data/postmaster.pid');
  const isRunning = await access(lock).then(
    () => true,
    () => false,
  );
  expect([stdout.endsWith(NOTHING), isRunning]).toEqual([true, false]);
});

it.each([
  [],
  ['add-photo'],
  ['migrations/AddPhoto'],
  ['migrations/add photo'],
  ['migrations/add-photo.ts'],
  ['migrations/../add-photo'],
  [`migrations/${'x'.repeat(81)}`],
  ['migrations/add', 'photo'],
])('migration:generate refuses the arguments "%s %s" in a line', async (...args) => {
  expect(await runProgram(process.execPath, [GENERATE, ...args])).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^Usage: npm run migration:generate -- migrations\/<name>, [^\n]+\n$/,
    ) as string,
  });
});

it('migration:generate says in a line that the database cannot be reached', async () => {
  const environment = { DATABASE_URL: 'postgres://me:pw@127.0.0.1:1/qna' };
  expect(await runProgram(process.execPath, [GENERATE, 'migrations/x'], environment)).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^The database of DATABASE_URL cannot be used: [^\n]*ECONNREFUSED[^\n]+\n$/,
    ) as string,
  });
});
