import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canEnter, chooseServerUser, exists } from './system.js';
import type { ServerUser } from './system.js';

/** Where a cluster lives, and who runs it. Everything below `root` may be rebuilt but `cluster`. */
export interface Place {
  /** Holds `data/`, the password and the server's log. Appears complete, by a rename. */
  cluster: string;
  /** Where copies of the binaries go, when the installed ones cannot be used in place. */
  binaries: string;
  /** Undefined: the server runs as this process does. */
  user: ServerUser | undefined;
}

interface Note {
  about: string;
  folder: string;
  cluster: string;
}

/** Only root needs it: a place that root can write, that every user can reach, and that is kept. */
export const SYSTEM_FOLDER = '/var/lib/qna-notifications';

/**
 * Finds the place for a project's folder: `postgres/` below it, or, when the folder is closed to
 * the user the server runs as (root's home, a private temporary folder), a folder below
 * {@link SYSTEM_FOLDER}, with a note `postgres.json` in the project's folder saying so.
 * Repeatable: once data exists its place and its owner never change, whatever has become of the
 * permissions or the system's accounts since.
 */
export async function findPlace(folder: string): Promise<Place> {
  await mkdir(folder, { recursive: true });
  const home = await realpath(folder);
  const noteFile = join(home, 'postgres.json');
  const cluster = join(home, 'postgres');
  const noted = await readNote(noteFile, home);
  if (noted) return { cluster: noted, binaries: SYSTEM_FOLDER, user: await ownerOf(noted) };

  const owner = (await exists(cluster)) ? await ownerOf(cluster) : await chooseServerUser();
  if (await canEnter(home, owner)) {
    return { cluster, binaries: owner ? SYSTEM_FOLDER : home, user: owner };
  }
  if (await exists(cluster)) {
    throw new Error(
      `The user who owns the PostgreSQL data in ${cluster} may not enter that folder any more: ` +
        'open the folders above it (chmod o+x), or set DATABASE_URL.',
    );
  }
  return withNote(home, noteFile, owner);
}

async function withNote(home: string, noteFile: string, user?: ServerUser): Promise<Place> {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const note: Note = {
    about: `This folder is closed to the user PostgreSQL runs as, so its data is kept in "cluster".`,
    folder: home,
    cluster: join(SYSTEM_FOLDER, name),
  };
  await writeFile(noteFile, `${JSON.stringify(note, null, 2)}\n`);
  return { cluster: note.cluster, binaries: SYSTEM_FOLDER, user };
}

/** @returns the cluster's folder, or undefined when there is no note or it is not about this folder */
async function readNote(noteFile: string, home: string): Promise<string | undefined> {
  const text = await readFile(noteFile, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const note: Note = JSON.parse(text);
  // A project that was moved keeps its data; one that was copied must not share the original's.
  const copied = note.folder !== home && (await exists(join(note.folder, 'postgres.json')));
  return copied ? undefined : note.cluster;
}

/** Data decides who runs the server: an account added to the system later does not own the files. */
async function ownerOf(cluster: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  return owner ? { uid: owner.uid, gid: owner.gid } : chooseServerUser();
}
