import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { JWT_SECRET } from './support/server-process.js';

/** Nobody listens there: a server that gets as far as that starts nothing. */
const DATABASE_URL = 'postgres://127.0.0.1:1/qna';

/** Sends a signal to its own process as soon as that handles it. */
const signalItself = (signal: string): string =>
  `data:text/javascript,${encodeURIComponent(
    `process.on('newListener', (name) => {
       if (name === '${signal}') process.nextTick(() => process.kill(process.pid, name));
     });`,
  )}`;

/** The beginning of the server, and instead of its modules one that never ends to load. */
let beginning: string;
beforeAll(async () => {
  beginning = await mkdtemp(join(tmpdir(), 'qna-signals-'));
  for (const file of ['main.js', 'shutdown/exit-on-signal.js']) {
    await mkdir(dirname(join(beginning, file)), { recursive: true });
    await copyFile(join('dist/src', file), join(beginning, file));
  }
  await writeFile(join(beginning, 'package.json'), '{ "type": "module" }');
  await writeFile(
    join(beginning, 'bootstrap.js'),
    `console.log('loading');
     setInterval(() => {}, 1_000);
     await new Promise(() => {});`,
  );
});
afterAll(() => rm(beginning, { recursive: true }));

function start(args: string[]): ChildProcess {
  return spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], JWT_SECRET, DATABASE_URL, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('a process whose modules are still being loaded ends with exit code 0 at a signal', async () => {
    const child = start([join(beginning, 'main.js')]);
    await once(child.stdout!, 'data');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('a server that gets a signal as soon as it handles signals ends with exit code 0', async () => {
    const child = start(['--import', signalItself(signal), 'dist/src/main.js']);
    let output = '';
    child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const exit = await once(child, 'close');
    // Newer versions of Node.js load all modules before they look at signals.
    const lines = /^(.*(LOG \[Shutdown\] SIG.*|WARN \[Database\] Unavailable, next attempt.*)\n)*$/;
    expect([exit, output]).toEqual([[0, null], expect.stringMatching(lines)]);
  });
});
