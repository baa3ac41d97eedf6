import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npm, PROJECT } from './run.mjs';

const OLDEST = [20, 19];

/**
 * Ends the process with one line when this Node is too old for the project.
 */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  console.error(
    `Node.js ${OLDEST.join('.')} or newer is needed; this is ${process.versions.node}.`,
  );
  process.exit(1);
}

/**
 * Installs exactly what the lock file says, development dependencies included whatever NODE_ENV is:
 * without them there is neither a compiler nor an embedded PostgreSQL. Does nothing when that is
 * what is installed.
 *
 * @param {string} [folder] of the package
 * @returns {Promise<boolean>} whether anything had to be done
 */
export async function installDependencies(folder = PROJECT) {
  if (await isInstalled(folder)) return false;
  await npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    quiet: true,
    // npm takes minutes to notice that it is to end. What it leaves half done is done anew.
    killAfterSeconds: 2,
  });
  return true;
}

/** By content, not by date: a checkout or a copy gives files new dates. */
async function isInstalled(folder) {
  const [wanted, found] = await Promise.all([
    packagesOf(folder, 'package-lock.json'),
    packagesOf(folder, 'node_modules/.package-lock.json'),
  ]);
  if (!wanted || !found) return false;
  const isThere = ([path, { version, optional }]) =>
    path === '' || found[path]?.version === version || (optional && !found[path]);
  return Object.entries(wanted).every(isThere) && Object.keys(found).every((path) => wanted[path]);
}

async function packagesOf(folder, file) {
  const text = await readFile(join(folder, file), 'utf8').catch(() => undefined);
  return text && JSON.parse(text).packages;
}
