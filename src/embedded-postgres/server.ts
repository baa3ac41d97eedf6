import { spawn } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Cluster } from './cluster.js';
import { exists, isAlive, runProgram } from './system.js';

/** A server that runs on a cluster, as its own lock file describes it. */
export interface Postmaster {
  pid: number;
  port: number;
  /** False while it starts, recovers or shuts down. */
  ready: boolean;
}

/** SQLSTATE of "another server has this data": alive, starting, or dying with work still in hand. */
const LOCK_FILE_EXISTS = 'F0001';
const LOG_LIMIT_BYTES = 1_000_000;
/** A shutdown that takes longer goes on by itself; the next start waits for it. */
const STOP_SECONDS = 5;

/** The server that runs on this cluster, whoever started it; undefined when there is none. */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const lines = await readLockFile(cluster);
  const pid = Number(lines?.[0]);
  if (!lines || !pid || !(await isServerOf(cluster, pid))) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/**
 * Starts a server and waits until its process has either taken the cluster or given up. When another
 * process was faster, or the port is taken meanwhile, nothing is thrown: call again.
 *
 * @throws {Error} with the end of the server's log, when it cannot run
 */
export async function launch(cluster: Cluster, binaries: string, port: number): Promise<void> {
  await removeStaleLock(cluster);
  const log = await openLog(cluster);
  const from = (await log.stat()).size;
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`];
  settings.push('log_line_prefix=%m [%p] %e ', 'max_connections=200');
  const child = spawn(
    join(binaries, 'bin', 'postgres'),
    ['-D', cluster.data, ...settings.flatMap((setting) => ['-c', setting])],
    // A session of its own: Ctrl-C in our terminal must reach us first, and the server through us.
    { ...cluster.user, cwd: cluster.data, detached: true, stdio: ['ignore', log.fd, log.fd] },
  );
  const ended = new Promise<true>((resolve, reject) => {
    child.once('error', reject).once('exit', () => resolve(true));
  });
  child.unref();
  try {
    while (!(await Promise.race([ended, pause(10)]))) {
      if ((await findPostmaster(cluster))?.pid === child.pid) return;
    }
    const output = (await readFile(cluster.log)).subarray(from).toString();
    if (output.includes(`[${child.pid}] ${LOCK_FILE_EXISTS} `) || !(await isFree(port))) return;
    throw new Error(`PostgreSQL does not start, see ${cluster.log}:\n${output.trim()}`);
  } finally {
    await log.close();
  }
}

/** Stops the server that runs on the cluster: its clients are cut off, its data is safe. */
export async function shutDown(cluster: Cluster, binaries: string): Promise<void> {
  const args = ['stop', '-D', cluster.data, '-m', 'fast', '-w', '-t', String(STOP_SECONDS)];
  await runProgram(join(binaries, 'bin', 'pg_ctl'), args, { ...cluster.user, cwd: cluster.data });
}

/**
 * The port of last time, as PostgreSQL keeps it, if nobody has it now; else a free one. From below
 * the ports that systems hand out for outgoing connections: a client that knocks while the server
 * is down could otherwise be given the server's own port.
 */
export async function choosePort(cluster: Cluster): Promise<number> {
  const last = await readFile(join(cluster.data, 'postmaster.opts'), 'utf8').catch(() => '');
  let port = Number(/"port=(\d+)"/.exec(last)?.[1] ?? 0);
  while (!port || !(await isFree(port))) port = 20_000 + Math.floor(Math.random() * 10_000);
  return port;
}

/** Whether the last server ended without giving its data back: killed, not stopped. */
export async function hasCrashed(cluster: Cluster): Promise<boolean> {
  return exists(lockFile(cluster));
}

/** Resolves after so many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      probe.close(() => resolve(true)),
    );
  });
}

async function readLockFile(cluster: Cluster): Promise<string[] | undefined> {
  const text = await readFile(lockFile(cluster), 'utf8').catch(() => undefined);
  return text?.split('\n');
}

/**
 * The number in a dead server's lock file may belong to any other process by now. PostgreSQL would
 * refuse to start then, so the program behind the number is looked at, not just the number.
 */
async function isServerOf(cluster: Cluster, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'win32') return true;
  const command =
    process.platform === 'linux'
      ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      : (await runProgram('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).output;
  return command.includes(cluster.data);
}

async function removeStaleLock(cluster: Cluster): Promise<void> {
  const before = await readLockFile(cluster);
  if (!before || (await isServerOf(cluster, Number(before[0])))) return;
  // Taken aside first, and looked at again: another process may have started a server just now.
  const aside = `${lockFile(cluster)}-${process.pid}`;
  await rename(lockFile(cluster), aside).catch(() => undefined);
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
  if (moved === undefined || moved.split('\n')[0] === before[0]) return rm(aside, { force: true });
  await rename(aside, lockFile(cluster));
}

async function openLog({ log, user }: Cluster): Promise<FileHandle> {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  );
  const file = await open(log, size > LOG_LIMIT_BYTES ? 'w' : 'a', 0o600);
  if (user) await file.chown(user.uid, user.gid);
  return file;
}

function lockFile(cluster: Cluster): string {
  return join(cluster.data, 'postmaster.pid');
}
