import { transformFile } from '@swc/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Pool } from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import type { EmbeddedPostgres } from './embedded-postgres.js';

const MODULES = resolve('node_modules');
const SOURCES = 'src/embedded-postgres';
/** What the other process does: start, say where, and stop when its input ends. */
const PROGRAM = `import { startEmbeddedPostgres } from './embedded-postgres.js';
const server = await startEmbeddedPostgres({ folder: process.argv[2] });
console.log(server.url);
process.stdin.on('end', () => server.stop()).resume();`;

let folder: string;
let started: EmbeddedPostgres[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-'));
  await chmod(folder, 0o755);
  started = [];
});

afterEach(async () => {
  // Whatever a killed process left running is joined, and stopped by the last one out.
  await start();
  for (const server of started) await server.stop();
  for (const path of await clusterFolders()) await rm(path, { recursive: true, force: true });
  await rm(folder, { recursive: true });
});

it('the embedded PostgreSQL keeps its data between runs', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS n');
  await first.stop();

  const second = await start();

  expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
});

it('the embedded PostgreSQL starts again at its previous port', async () => {
  const first = await start();
  await first.stop();

  expect((await start()).url).toBe(first.url);
});

it('the embedded PostgreSQL moves to another port when the last one is taken', async () => {
  const first = await start();
  await first.stop();
  const somebody = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
  await once(somebody, 'listening');

  const second = await start();

  expect(await query(second.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  somebody.close();
});

it('the embedded PostgreSQL takes over the server of a process that was killed', async () => {
  const other = await otherProcess();
  await query(other.url, 'CREATE TABLE written AS SELECT 7 AS n');
  await other.kill();

  const server = await start();

  expect(await query(server.url, 'SELECT n FROM written')).toEqual([{ n: 7 }]);
});

it('the embedded PostgreSQL starts over a lock file whose number now belongs to another process', async () => {
  await (await start()).stop();
  const owner = await stat(await clusterFolder());
  const stranger = spawn('cat', process.getuid?.() === 0 ? { uid: owner.uid, gid: owner.gid } : {});
  const lock = join(await clusterFolder(), 'data', 'postmaster.pid');
  await writeFile(lock, `${stranger.pid}\n\n0\n1\n\n\n\nready\n`);

  const server = await start();

  expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  stranger.stdin?.end();
});

it('the embedded PostgreSQL removes the remains of a start that was killed half-way', async () => {
  const gone = spawn('true');
  await once(gone, 'exit');
  await mkdir(join(folder, `postgres-new-${gone.pid}-abc`, 'data'), { recursive: true });

  await start();

  expect(await readdir(folder)).toEqual(['postgres']);
});

it('the embedded PostgreSQL serves two processes that start at the same moment', async () => {
  const [other, server] = await Promise.all([otherProcess(), start()]);

  expect(server.url).toBe(other.url);
});

it('the embedded PostgreSQL runs on for other processes when the one that started it ends', async () => {
  const other = await otherProcess();
  const server = await start();

  await other.stop();

  expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

it('the embedded PostgreSQL is down after the last process has stopped it', async () => {
  const { url } = await start();
  await start();
  for (const server of started) await server.stop();

  await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('the embedded PostgreSQL is started again at the same port when it crashes while in use', async () => {
  const server = await start();
  const lock = await readFile(join(await clusterFolder(), 'data', 'postmaster.pid'), 'utf8');
  process.kill(parseInt(lock, 10), 'SIGKILL');

  // Asks again until there is an answer; the test's own time limit ends it.
  const ask = (): Promise<unknown[]> => query(server.url, 'SELECT 1 AS n').catch(ask);
  expect(await ask()).toEqual([{ n: 1 }]);
});

it('the embedded PostgreSQL works in a folder that nobody else may enter', async () => {
  await chmod(folder, 0o700);

  const server = await start();

  expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

it('the embedded PostgreSQL keeps the data of a folder that was moved, also while its server runs', async () => {
  const original = await makeFolder('original', 0o700);
  const { url } = await start(original);
  await query(url, 'CREATE TABLE kept AS SELECT 42 AS n');
  await rename(original, join(folder, 'moved'));

  const server = await start(join(folder, 'moved'));

  expect(await query(server.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
});

it.each([
  ['a closed', 0o700],
  ['an open', 0o755],
])('the embedded PostgreSQL gives each copy of %s deleted folder its own data', async (_, mode) => {
  const original = await makeFolder('original', mode);
  await (await start(original)).stop();
  const copies = [join(folder, 'copy'), join(folder, 'second-copy')];
  for (const copy of copies) await cp(original, copy, { recursive: true });
  await rm(original, { recursive: true });

  const servers = await Promise.all(copies.map(start));

  const folders = servers.map(({ url }) => query(url, 'SHOW data_directory'));
  const [first, second] = await Promise.all(folders);
  expect(first).not.toEqual(second);
});

it('the embedded PostgreSQL does not join the server of the folder that it was copied from', async () => {
  const original = await makeFolder('original', 0o755);
  const { url } = await start(original);
  await cp(original, join(folder, 'copy'), { recursive: true });

  const copy = await start(join(folder, 'copy'));

  expect(copy.url).not.toBe(url);
});

it('the embedded PostgreSQL works in a folder whose name a shell would expand', async () => {
  const server = await start(await makeFolder('a "$b" `c`', 0o755));

  expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

it('the embedded PostgreSQL says in one line why the server cannot run', async () => {
  const server = await start();
  await server.stop();
  await rm(join(await clusterFolder(), 'data', 'pg_wal'), { recursive: true });

  const attempt = start(folder).catch((error: Error) => error.message);

  expect(await attempt).toMatch(/^PostgreSQL does not start: [^\n]*pg_wal[^\n]*$/);
  await rm(join(await clusterFolder()), { recursive: true });
});

it('the embedded PostgreSQL works when the install scripts of the dependencies did not run', async () => {
  const other = await otherProcess(async (modules) => {
    const noLinks = async (path: string) => !(await lstat(path)).isSymbolicLink();
    for (const name of ['@embedded-postgres', 'embedded-postgres']) {
      await cp(join(MODULES, name), join(modules, name), { recursive: true, filter: noLinks });
    }
    await symlink(join(MODULES, 'pg'), join(modules, 'pg'));
  });

  expect(await query(other.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

async function makeFolder(name: string, mode: number): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  await chmod(path, mode);
  return path;
}

async function start(path = folder): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder: path });
  started.push(server);
  return server;
}

/** Runs {@link PROGRAM} and waits until its server is up. */
async function otherProcess(
  install = (modules: string) => symlink(MODULES, modules),
): Promise<EmbeddedPostgres & { kill(): Promise<void> }> {
  const program = join(folder, 'program');
  await mkdir(program);
  await install(join(program, 'node_modules'));
  await writeFile(join(program, 'package.json'), '{"type":"module"}');
  await writeFile(join(program, 'main.js'), PROGRAM);
  for (const name of await readdir(SOURCES)) {
    if (name.endsWith('.spec.ts')) continue;
    const { code } = await transformFile(join(SOURCES, name), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    });
    await writeFile(join(program, name.replace('.ts', '.js')), code);
  }
  const child = spawn(process.execPath, [join(program, 'main.js'), folder]);
  const gone = once(child, 'exit').then(() => undefined);
  const [line] = await once(child.stdout, 'data');
  const other = {
    url: String(line).trim(),
    stop: () => (child.stdin.end(), gone),
    kill: () => (child.kill('SIGKILL'), gone),
  };
  started.push(other);
  return other;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    return (await pool.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await pool.end();
  }
}

/** Below the folder itself, or where the note in it says. */
async function clusterFolder(path = folder): Promise<string> {
  const note = await readFile(join(path, 'postgres.json'), 'utf8').catch(() => undefined);
  return note ? JSON.parse(note).cluster : join(path, 'postgres');
}

/** Of the folder, and of those that a test made in it. */
async function clusterFolders(): Promise<string[]> {
  const inside = await readdir(folder, { withFileTypes: true });
  const folders = inside.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(['.', ...folders].map((name) => clusterFolder(join(folder, name))));
}
