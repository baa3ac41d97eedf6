import { randomBytes } from 'node:crypto';
import { chown, chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, run } from './run.mjs';
import { serverUser } from './server-user.mjs';

const OLDEST_MAJOR = 15;

/**
 * Finds the system's own PostgreSQL. Of several the oldest that we promise to work with, for the
 * newest is tested anyway.
 *
 * @returns {Promise<{ bin: string, major: number } | undefined>}
 */
export async function findSystemPostgres() {
  const debian = '/usr/lib/postgresql';
  const bins = (await readdir(debian).catch(() => [])).map((name) => join(debian, name, 'bin'));
  const configured = await ask('pg_config', ['--bindir']);
  if (configured) bins.push(configured);
  const found = [];
  for (const bin of bins) {
    const version = await ask(join(bin, 'postgres'), ['--version']);
    const major = Number(/(\d+)/.exec(version)?.[1]);
    if (major >= OLDEST_MAJOR && (await ask(join(bin, 'initdb'), ['--version']))) {
      found.push({ bin, major });
    }
  }
  return found.sort((a, b) => a.major - b.major)[0];
}

/**
 * Runs `use` with the address of a private server of the system's PostgreSQL: made for it, on
 * 127.0.0.1 only, and gone afterwards, whatever happens.
 *
 * @param {(url: string, major: number) => Promise<void>} use
 */
export async function withSystemPostgres(use) {
  const { bin, major } = await findSystemPostgres();
  const user = await serverUser();
  // Root's own temporary folder may be closed to the account the server runs under.
  const folder = await mkdtemp(join(user.uid ? '/tmp' : tmpdir(), 'system-postgres-'));
  const data = join(folder, 'data');
  const as = { ...user, cwd: folder, quiet: true };
  try {
    const password = await makeCluster(bin, folder, data, as);
    const port = await freePort();
    await startServer(bin, folder, port, as);
    const env = { ...process.env, PGPASSWORD: password };
    const server = ['-h', '127.0.0.1', '-p', String(port), '-U', 'qna'];
    await run(join(bin, 'createdb'), [...server, 'qna'], { ...as, env });
    await use(`postgres://qna:${password}@127.0.0.1:${port}/qna`, major);
  } finally {
    await ask(join(bin, 'pg_ctl'), ['stop', '-m', 'immediate', '-w', '-D', data], user);
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeCluster(bin, folder, data, as) {
  const password = randomBytes(24).toString('base64url');
  const file = join(folder, 'password');
  await writeFile(file, password, { mode: 0o600 });
  if (as.uid) for (const path of [folder, file]) await chown(path, as.uid, as.gid);
  await chmod(folder, 0o700);
  const access = ['--auth=scram-sha-256', '--username=qna', `--pwfile=${file}`];
  const locale = ['--encoding=UTF8', '--locale=C.UTF-8'];
  await run(join(bin, 'initdb'), ['--no-sync', '-D', data, ...access, ...locale], as);
  return password;
}

async function startServer(bin, folder, port, as) {
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`;
  // A throw-away: nothing of it has to outlive a power cut.
  const fast = '-c fsync=off -c max_connections=200';
  const log = join(folder, 'log');
  const args = ['start', '-w', '-D', join(folder, 'data'), '-l', log];
  try {
    // Not `quiet`: the server would inherit the pipe, and its end would never come.
    const unheard = { ...as, quiet: false, stdio: 'ignore' };
    await run(join(bin, 'pg_ctl'), [...args, '-o', `${settings} ${fast}`], unheard);
  } catch (error) {
    // Why a server does not start is in its log only.
    const reason = await readFile(log, 'utf8').catch(() => '');
    throw new Error(`${error.message}\n${reason}`, { cause: error });
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
