import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canEnter, chooseServerUser, type ServerUser } from './server-user.js';
import { codeOf, exists, runProgram } from './system.js';

/** Where a cluster is, and who runs it. */
export interface Location {
  /** Holds `data/`, the password and the server's log. Appears complete, by a rename. */
  cluster: string;
  /** Where copies of the binaries go, when the installed ones cannot be used. */
  binaries: string;
  /** Undefined: the server runs as this process does. */
  user: ServerUser | undefined;
}

/** In the project's folder: where the data of a folder is that is closed to the server's user. */
interface Note {
  about: string;
  folder: string;
  cluster: string;
}

/** Only root needs it: root can write there, every user can reach it, and it is kept. */
export const SYSTEM_FOLDER = '/var/lib/qna-notifications';

/**
 * Finds the location for a project's folder: `postgres/` below it, or, when the folder is closed to
 * the user the server runs as (root's home, a private temporary folder), a folder below
 * {@link SYSTEM_FOLDER}, with a note `postgres.json` in the project's folder saying so.
 * Repeatable: once data exists its location and its owner never change, whatever has become of the
 * permissions or the system's accounts since.
 */
export async function findLocation(folder: string): Promise<Location> {
  await mkdir(folder, { recursive: true });
  const home = await realpath(folder);
  const inside = join(home, 'postgres');
  const isInside = await exists(inside);
  const noted = isInside ? undefined : await readNote(home);
  if (noted) return { cluster: noted, binaries: SYSTEM_FOLDER, user: await ownerOf(noted) };

  const user = await ownerOf(inside);
  if (await canEnter(home, user)) {
    return { cluster: inside, binaries: user ? SYSTEM_FOLDER : home, user };
  }
  if (isInside) {
    throw new Error(
      `The user who owns the PostgreSQL data in ${inside} may not enter that folder any more: ` +
        'open the folders above it (chmod o+x), or set DATABASE_URL.',
    );
  }
  return { cluster: await writeNote(home), binaries: SYSTEM_FOLDER, user };
}

/** @returns the cluster's folder, or undefined when the folder has no data outside of it */
async function readNote(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, 'postgres.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { folder, cluster }: Note = JSON.parse(text);
  if (folder === home) return cluster;
  // The folder is a copy, or was moved. A copy whose original exists gets data of its own.
  return (await exists(join(folder, 'postgres.json'))) ? undefined : adopt(home, cluster);
}

/**
 * Takes over the data of a folder that is gone. Of several copies only the first one gets it: the
 * rename makes it theirs. The others get data of their own.
 */
async function adopt(home: string, cluster: string): Promise<string> {
  const own = clusterOf(home, cluster);
  await rename(cluster, own).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return;
    throw new Error(
      `The data of ${home} is in ${cluster} and cannot be moved to ${own} (${codeOf(error)}): move one of them away.`,
    );
  });
  return writeNote(home, own);
}

async function writeNote(home: string, cluster = clusterOf(home)): Promise<string> {
  const note: Note = {
    about: 'This folder is closed to the user PostgreSQL runs as, so its data is in "cluster".',
    folder: home,
    cluster,
  };
  await writeFile(join(home, 'postgres.json'), `${JSON.stringify(note, null, 2)}\n`);
  return cluster;
}

function clusterOf(home: string, adopted = ''): string {
  const name = createHash('sha256')
    .update(home + adopted)
    .digest('hex')
    .slice(0, 16);
  return join(SYSTEM_FOLDER, name);
}

/** Data decides who runs the server: an account added to the system later does not own the files. */
async function ownerOf(cluster: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner?.uid) return { uid: owner.uid, gid: owner.gid };
  const user = await chooseServerUser();
  // A copy that root made belongs to root.
  if (owner && user) await runProgram('chown', ['-R', `${user.uid}:${user.gid}`, cluster]);
  return user;
}
