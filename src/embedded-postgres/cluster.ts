import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';
import { SYSTEM_FOLDER } from './location.js';
import type { Place } from './location.js';
import { codeOf, exists, isAlive, runProgram } from './system.js';
import type { ServerUser } from './system.js';

/** The superuser of the embedded server, and the name of the application's database. */
export const NAME = 'qna';

/** A cluster on disk that is complete. */
export interface Cluster {
  /** PostgreSQL's data folder. */
  data: string;
  /** Append-only, what the server prints. */
  log: string;
  password: string;
  user: ServerUser | undefined;
}

/**
 * Opens the place's cluster, making it first when there is none. Repeatable, and safe to run in
 * several processes: a new cluster is made in a folder of its own and appears by a rename, so what
 * is there is whole, and of two that are made at once the first one counts.
 *
 * @throws {Error} one line, for data of another user or of another major version
 */
export async function openCluster(place: Place, binaries: Binaries): Promise<Cluster> {
  const { cluster: folder, user } = place;
  if (!(await exists(join(folder, 'data')))) await makeCluster(place, binaries.folder);
  const found = await readFile(join(folder, 'data', 'PG_VERSION'), 'utf8').catch(ownership(folder));
  if (found.trim() !== binaries.major) {
    throw new Error(
      `The data in ${folder} is of PostgreSQL ${found.trim()}, this is ${binaries.major}: move it away, or set DATABASE_URL.`,
    );
  }
  return {
    data: join(folder, 'data'),
    log: join(folder, 'server.log'),
    password: (await readFile(join(folder, 'password'), 'utf8')).trim(),
    user,
  };
}

async function makeCluster({ cluster, user }: Place, binaries: string): Promise<void> {
  await mkdir(dirname(cluster), { recursive: true });
  // Root's umask may be stricter than the server's user can bear.
  if (user && dirname(cluster) === SYSTEM_FOLDER) await chmod(SYSTEM_FOLDER, 0o755);
  await removeDrafts(cluster);
  const draft = `${cluster}-new-${process.pid}-${randomBytes(4).toString('hex')}`;
  const passwordFile = join(draft, 'password');
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    if (user) {
      for (const path of [draft, passwordFile]) await chown(path, user.uid, user.gid);
    }
    await initialise(join(draft, 'data'), passwordFile, binaries, user);
    await rename(draft, cluster);
  } catch (error) {
    // Lost the race against another process: its cluster is as good as ours.
    if (!(await exists(join(cluster, 'data')))) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function initialise(
  data: string,
  passwordFile: string,
  binaries: string,
  user: ServerUser | undefined,
): Promise<void> {
  // The built-in locale sorts and folds case the same on every machine, and is always there.
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--auth=scram-sha-256', `--username=${NAME}`, `--pwfile=${passwordFile}`];
  const args = [`--pgdata=${data}`, '--encoding=UTF8', ...locale, ...access];
  const result = await runProgram(join(binaries, 'bin', 'initdb'), args, {
    ...user,
    cwd: dirname(passwordFile),
  }).catch((error: Error) => ({ code: error.message, output: 'set DATABASE_URL' }));
  if (result.code !== 0) {
    throw new Error(`initdb failed (${result.code}): ${result.output.trim()}`);
  }
}

/** Removes what a process that was killed while making a cluster has left; its pid is in the name. */
async function removeDrafts(cluster: string): Promise<void> {
  const parent = dirname(cluster);
  const prefix = `${basename(cluster)}-new-`;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix) || isAlive(parseInt(name.slice(prefix.length), 10))) continue;
    // An initdb that outlived its parent may still be writing there: then the next start removes it.
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function ownership(folder: string): (error: unknown) => never {
  return (error) => {
    if (codeOf(error) !== 'EACCES') throw error;
    throw new Error(
      `The PostgreSQL data in ${folder} is another user's: run as that user, or set DATABASE_URL.`,
    );
  };
}
