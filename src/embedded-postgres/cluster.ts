import { randomBytes } from 'node:crypto';
import { chown, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import type { Location } from './location.js';
import type { ServerUser } from './server-user.js';
import { codeOf, makeFolder, runProgram } from './system.js';

/** The superuser of the embedded server, and the name of the application's database. */
export const NAME = 'qna';

/** A cluster on disk that is complete, and the programs that serve it. */
export interface Cluster {
  /** PostgreSQL's data folder. */
  data: string;
  /** What the server prints. */
  log: string;
  password: string;
  user: ServerUser | undefined;
  /** The folder of `pg_ctl` and `postgres`. */
  bin: string;
}

/**
 * Opens the location's cluster, making it first when there is none. Repeatable, and safe to run in
 * several processes.
 *
 * @throws {Error} one line, for data of another user or of another major version
 */
export async function openCluster(
  { cluster: folder, user }: Location,
  { bin, major }: Binaries,
): Promise<Cluster> {
  await makeFolder(folder, (draft) => initialise(draft, bin, user));
  const found = await readFile(join(folder, 'data', 'PG_VERSION'), 'utf8').catch(ownership(folder));
  if (found.trim() !== major) {
    throw new Error(
      `The data in ${folder} is of PostgreSQL ${found.trim()}, this is ${major}: move it away, or set DATABASE_URL.`,
    );
  }
  const password = (await readFile(join(folder, 'password'), 'utf8')).trim();
  const data = await realpath(join(folder, 'data'));
  return { data, log: join(folder, 'server.log'), password, user, bin };
}

async function initialise(
  folder: string,
  bin: string,
  user: ServerUser | undefined,
): Promise<void> {
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (user) {
    for (const path of [folder, passwordFile]) await chown(path, user.uid, user.gid);
  }
  // The built-in locale sorts and folds case the same on every machine, and always exists.
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--auth=scram-sha-256', `--username=${NAME}`, `--pwfile=${passwordFile}`];
  const args = [`--pgdata=${join(folder, 'data')}`, '--encoding=UTF8', ...locale, ...access];
  const options = { ...user, cwd: folder };
  const { code, output } = await runProgram(join(bin, 'initdb'), args, options);
  if (code !== 0) throw new Error(`initdb failed (${code}): ${output.trim().replace(/\s+/g, ' ')}`);
}

function ownership(folder: string): (error: unknown) => never {
  return (error) => {
    if (codeOf(error) !== 'EACCES') throw error;
    throw new Error(
      `The PostgreSQL data in ${folder} is another user's: run as that user, or set DATABASE_URL.`,
    );
  };
}
