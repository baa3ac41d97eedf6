import { spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';
import { access } from 'node:fs/promises';

/** The account a program runs under: numeric ids, as `spawn` takes them. */
export interface ServerUser {
  uid: number;
  gid: number;
}

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
 * PostgreSQL refuses to run as root, so root lends it an account that is already there: the one a
 * system's PostgreSQL package made, else one that every system has. Nothing is added to the system.
 *
 * @returns undefined when this process is not root: then the server simply runs as we do
 * @throws {Error} root, but no account to switch to
 */
export async function chooseServerUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', '_postgres', 'nobody', 'daemon']) {
    const user = await lookUp(name);
    if (user && (await canEnter('/', user))) return user;
  }
  throw new Error(
    'PostgreSQL does not run as root, and no other account can be used here: set DATABASE_URL.',
  );
}

/** Whether `user` (undefined: this process) may enter the folder, or execute the file. */
export async function canEnter(path: string, user: ServerUser | undefined): Promise<boolean> {
  if (!user) return true;
  // Asked of the system by trying: mode bits alone would miss access lists and mount options.
  const result = await runProgram('test', ['-x', path], { ...user, cwd: '/' }).catch(() => null);
  return result?.code === 0;
}

async function lookUp(name: string): Promise<ServerUser | undefined> {
  const [uid, gid] = await Promise.all([numericId('-u', name), numericId('-g', name)]);
  return uid && gid ? { uid, gid } : undefined;
}

/** @returns undefined for unknown names and for ids that `spawn` cannot express (beyond 31 bits) */
async function numericId(flag: '-u' | '-g', name: string): Promise<number | undefined> {
  const { code, output } = await runProgram('id', [flag, name]);
  const id = Number(output.trim());
  return code === 0 && id > 0 && id < 2 ** 31 ? id : undefined;
}

/** Whether the path is there; one that we may not look at counts as there. */
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
