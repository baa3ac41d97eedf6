// Removes what running the project here has made, the data of the embedded PostgreSQL included:
// `npm run clean`. node_modules stays.
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ask, PROJECT } from './lib/run.mjs';

const DATA = join(PROJECT, '.data');
const MADE = ['.data', 'dist', 'coverage'].map((name) => join(PROJECT, name));

const clusters = [join(DATA, 'postgres'), await notedCluster()].filter(Boolean);
for (const cluster of clusters) {
  const pid = await serverOf(cluster);
  if (pid === undefined) continue;
  console.error(
    `clean: nothing was removed, because PostgreSQL (process ${pid}) runs on ${cluster}: ` +
      `end npm run quickstart and whatever else uses it, or, where that was killed, it: kill -INT ${pid}`,
  );
  process.exit(1);
}
const paths = [...clusters.filter((cluster) => !cluster.startsWith(DATA)), ...MADE];
for (const path of paths) await remove(path);
for (const cluster of clusters) await removeBinaries(dirname(cluster));

/**
 * Where root keeps the data of a folder that others cannot enter; .data/postgres.json says it. That of
 * a folder that was copied is about the original, whose data is not ours to remove.
 */
async function notedCluster() {
  const text = await readFile(join(DATA, 'postgres.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { folder, cluster } = JSON.parse(text);
  const isOurs = folder === DATA || !(await exists(join(folder, 'postgres.json')));
  return isOurs ? cluster : undefined;
}

/**
 * @returns {Promise<number | undefined>} the process that serves this data. A lock file that a kill has
 * left may have the number of another process by now
 */
async function serverOf(cluster) {
  const lock = await readFile(join(cluster, 'data', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(lock, 10);
  const command = Number.isNaN(pid) ? '' : await ask('ps', ['-p', String(pid), '-o', 'args=']);
  return command?.includes('postgres') ? pid : undefined;
}

/** Root's copies of PostgreSQL's programs, once no other project's data is beside them. */
async function removeBinaries(folder) {
  if (folder.startsWith(DATA)) return;
  const names = await readdir(folder).catch(() => []);
  if (names.every((name) => name.startsWith('postgres-'))) await remove(folder);
}

async function remove(path) {
  if (!(await exists(path))) return;
  await rm(path, { recursive: true });
  console.log(`Removed ${path}`);
}

function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}
