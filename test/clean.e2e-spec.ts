import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../src/embedded-postgres/embedded-postgres.js';

/** A project folder with data of an embedded PostgreSQL; root's when it is closed to others. */
let project: string;
let postgres: EmbeddedPostgres | undefined;

const clean = (folder = project): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, [join(folder, 'scripts', 'clean.mjs')]);

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Where the data is: elsewhere, when the folder says so. */
async function clusterOf(folder: string): Promise<string> {
  const note = await readFile(join(folder, '.data', 'postgres.json'), 'utf8').catch(() => '{}');
  const { cluster } = JSON.parse(note) as { cluster?: string };
  return cluster ?? join(folder, '.data', 'postgres');
}

async function start(): Promise<void> {
  postgres = await startEmbeddedPostgres({ folder: join(project, '.data') });
}

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'clean-'));
  await chmod(project, 0o700);
  await cp('scripts', join(project, 'scripts'), { recursive: true });
});
afterEach(async () => {
  await postgres?.stop();
  await clean().catch(() => undefined);
  await rm(project, { recursive: true, force: true });
});

it('npm run clean removes the data of the embedded PostgreSQL, wherever it is', async () => {
  await start();
  await postgres!.stop();
  const cluster = await clusterOf(project);
  await clean();
  expect(await exists(cluster)).toBe(false);
});

it('npm run clean removes what was built', async () => {
  await mkdir(join(project, 'dist'));
  await clean();
  expect(await exists(join(project, 'dist'))).toBe(false);
});

it('npm run clean names all that it removes', async () => {
  await start();
  await postgres!.stop();
  const cluster = await clusterOf(project);
  const { stdout } = await clean();
  expect(stdout).toContain(cluster.startsWith(project) ? join(project, '.data') : cluster);
});

it('npm run clean refuses while PostgreSQL runs on the data', async () => {
  await start();
  const refusal = await clean().catch((error: { code: number; stderr: string }) => error);
  expect(refusal).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('PostgreSQL (process ') as string,
  });
});

it('npm run clean removes nothing while PostgreSQL runs on the data', async () => {
  await start();
  const cluster = await clusterOf(project);
  await clean().catch(() => undefined);
  expect(await exists(join(cluster, 'data', 'PG_VERSION'))).toBe(true);
});

it('npm run clean in a copy leaves the data of the original', async () => {
  await start();
  await postgres!.stop();
  const copy = `${project}-copy`;
  await cp(project, copy, { recursive: true });
  await clean(copy);
  await rm(copy, { recursive: true });
  expect(await exists(join(await clusterOf(project), 'data', 'PG_VERSION'))).toBe(true);
});

it('npm run clean does nothing in a fresh clone', async () => {
  await writeFile(join(project, 'README.md'), '');
  expect(await clean()).toEqual({ stdout: '', stderr: '' });
});
