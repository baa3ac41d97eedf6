import { readFile, realpath, rename, rm, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import type { Cluster } from './cluster.js';
import { isAlive, type ProgramResult, runProgram } from './system.js';

/** A server that runs on a cluster, as its own lock file describes it. */
export interface Postmaster {
  pid: number;
  port: number;
}

/**
 * In the log of a start that failed for a transient reason: another server has this data (SQLSTATE
 * F0001: it runs, or its last processes are still ending), another process has used the new server and
 * stopped it already, or has the port.
 */
const TRANSIENT = / F0001 |received fast shutdown request|Address already in use/;
/** A shutdown that takes longer goes on by itself; the next start waits for it. */
const STOP_SECONDS = 5;
const LOG_LIMIT_BYTES = 1_000_000;

/**
 * The server that runs on this cluster, whoever started it. `pg_ctl status` does not suffice: it
 * says yes for any process that has the number of a killed server by now.
 */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const [pid = '', , , port] = await readLockFile(lockFileOf(cluster));
  if (!(await isServerOf(cluster, Number(pid)))) return undefined;
  return { pid: Number(pid), port: Number(port) };
}

/**
 * Starts a server and waits until it accepts connections, 60 s at most.
 *
 * @returns false when another process was faster, or the port was taken meanwhile: try again
 * @throws {Error} one line with the server's reason, when it cannot run
 */
export async function startServer(cluster: Cluster, port: number): Promise<boolean> {
  await removeStaleLock(cluster);
  if ((await sizeOf(cluster.log)) > LOG_LIMIT_BYTES) await truncate(cluster.log);
  const from = await sizeOf(cluster.log);
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`];
  settings.push('log_line_prefix=%m [%p] %e ', 'max_connections=200');
  const options = ['-o', settings.map((setting) => `-c "${setting}"`).join(' ')];
  options.push('-l', relative(cluster.data, cluster.log));
  options.push('-p', relative(cluster.data, join(cluster.bin, 'postgres')));
  const { code, output } = await pgCtl(cluster, 'start', '-w', ...options);
  if (code === 0) return true;
  const written = (await readFile(cluster.log).catch(() => Buffer.of())).subarray(from).toString();
  if (TRANSIENT.test(written)) return false;
  const reason =
    / (?!57P)\w{5} (?:FATAL|PANIC): +(.*)/.exec(written)?.[1] ?? output.trim().replace(/\s+/g, ' ');
  throw new Error(`PostgreSQL does not start: ${reason} (see ${cluster.log})`);
}

/** Stops the server that runs on the cluster: its clients are cut off, its data is safe. Never throws. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const args = ['-m', 'fast', '-w', '-t', String(STOP_SECONDS)];
  await pgCtl(cluster, 'stop', ...args).catch(() => undefined);
}

/**
 * The port of last time, as PostgreSQL keeps it, if it is free; else another. From below the ports
 * that systems use for outgoing connections: a client that tries to connect while the server is down
 * could otherwise be given the server's own port.
 */
export async function choosePort({ data }: Cluster): Promise<number> {
  const last = await readFile(join(data, 'postmaster.opts'), 'utf8').catch(() => '');
  let port = Number(/"port=(\d+)"/.exec(last)?.[1] ?? 0);
  while (!port || !(await isFree(port))) port = 20_000 + Math.floor(Math.random() * 10_000);
  return port;
}

/** Exists while a server runs, and after one that was killed. */
export function lockFileOf({ data }: Cluster): string {
  return join(data, 'postmaster.pid');
}

/** Paths are relative to the data: a shell reads them, and a project's folder may be named `a $b`. */
function pgCtl(cluster: Cluster, action: string, ...args: string[]): Promise<ProgramResult> {
  // A process group of its own: Ctrl-C in the terminal must not end it half-way.
  const options = { ...cluster.user, cwd: cluster.data, detached: true };
  return runProgram(join(cluster.bin, 'pg_ctl'), [action, '-s', '-D', '.', ...args], options);
}

/** A server works in its data folder. A copied lock file names a server that works elsewhere. */
async function isServerOf({ data }: Cluster, pid: number): Promise<boolean> {
  if (!pid || !isAlive(pid)) return false;
  if (process.platform === 'linux') {
    return (await realpath(`/proc/${pid}/cwd`).catch(() => undefined)) === data;
  }
  if (process.platform === 'win32') return true;
  const { output } = await runProgram('lsof', ['-a', '-d', 'cwd', '-Fn', '-p', String(pid)]);
  return output.split('\n').includes(`n${data}`);
}

async function removeStaleLock(cluster: Cluster): Promise<void> {
  const file = lockFileOf(cluster);
  const [pid] = await readLockFile(file);
  if (!pid || (await isServerOf(cluster, Number(pid)))) return;
  // Moved first, and read again: another process may have started a server just now.
  const moved = `${file}-${process.pid}`;
  await rename(file, moved).catch(() => undefined);
  if ((await readLockFile(moved))[0] === pid) await rm(moved);
  else await rename(moved, file).catch(() => undefined);
}

async function readLockFile(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8').catch(() => '')).split('\n');
}

function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
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
