import { type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What a finished program left: exit code (null after a signal) and everything it printed. */
export interface ProgramResult {
  code: number | null;
  output: string;
}

/**
 * Runs a program to its end and collects stdout and stderr.
 *
 * @throws the operating system's error when the program cannot be started at all
 */
export function runProgram(
  program: string,
  args: string[],
  options: SpawnOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/**
 * Makes a folder that appears complete, by a rename, unless it exists. If two processes make it at
 * the same time, the first one counts. Removes what killed processes left half-made.
 */
export async function makeFolder(
  folder: string,
  fill: (draft: string) => Promise<void>,
): Promise<void> {
  if (await exists(folder)) return;
  // Root's umask may be stricter than the server's user can bear.
  if (await mkdir(dirname(folder), { recursive: true })) await chmod(dirname(folder), 0o755);
  const prefix = `${basename(folder)}-new-`;
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix) || isAlive(parseInt(name.slice(prefix.length), 10))) continue;
    // An initdb that outlived its parent may still write there: then the next start removes it.
    await rm(join(dirname(folder), name), { recursive: true, force: true }).catch(() => undefined);
  }
  const draft = `${folder}-new-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await fill(draft);
    await rename(draft, folder);
  } catch (error) {
    if (!(await exists(folder))) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Whether the path exists; one that this process may not look at counts as existing. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'ENOENT',
  );
}

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** The code that the operating system (`ENOENT`) or PostgreSQL (`57P03`) gave an error, or ''. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error && 'code' in error ? String(error.code) : '';
}
