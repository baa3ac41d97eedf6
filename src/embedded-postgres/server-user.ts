import { runProgram } from './system.js';

/** The account a program runs under: numeric ids, as `spawn` takes them. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root runs it under an account that exists: that of the
 * system's PostgreSQL package, or one that every system has. Nothing is added to the system.
 *
 * @returns undefined when this process is not root: then the server runs as this process does
 * @throws {Error} root, but no account to switch to
 */
export async function chooseServerUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', '_postgres', 'nobody', 'daemon']) {
    const [uid, gid] = [await numericId('-u', name), await numericId('-g', name)];
    if (uid && gid && (await canEnter('/', { uid, gid }))) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL does not run as root, and no other account can be used here: set DATABASE_URL.',
  );
}

/** Whether `user` (undefined: this process) may enter the folder, or execute the file. */
export async function canEnter(path: string, user: ServerUser | undefined): Promise<boolean> {
  if (!user) return true;
  // By trying: mode bits alone would miss access lists and mount options.
  const result = await runProgram('test', ['-x', path], { ...user, cwd: '/' }).catch(() => null);
  return result?.code === 0;
}

/** @returns undefined for unknown names and for ids that `spawn` cannot express (beyond 31 bits) */
async function numericId(flag: '-u' | '-g', name: string): Promise<number | undefined> {
  const { code, output } = await runProgram('id', [flag, name]);
  const id = Number(output.trim());
  return code === 0 && id > 0 && id < 2 ** 31 ? id : undefined;
}
