import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npm, PROJECT } from './run.mjs';

/** What the build is made from. A folder counts as well: its date tells of a file that is gone. */
const SOURCES = [
  'src',
  'migrations',
  'ormconfig.ts',
  'nest-cli.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** Made after a build that succeeded; the next build removes it with everything else. */
const BUILT = join(PROJECT, 'dist', '.built');

/** Builds, unless nothing has changed since the last time this was done. */
export async function buildIfNeeded() {
  const built = await dateOf(BUILT);
  if (built && (await newest()) < built) return;
  await npm(['run', '--silent', 'build'], { quiet: true });
  await writeFile(BUILT, '');
}

async function newest() {
  const roots = SOURCES.map((name) => join(PROJECT, name));
  const below = await Promise.all(
    ['src', 'migrations'].map(async (folder) => {
      const names = await readdir(join(PROJECT, folder), { recursive: true });
      return names.map((name) => join(PROJECT, folder, name));
    }),
  );
  const dates = await Promise.all([...roots, ...below.flat()].map(dateOf));
  return Math.max(...dates.map((date) => date ?? 0));
}

/** @returns {Promise<number | undefined>} in milliseconds; undefined where there is nothing */
function dateOf(path) {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}
