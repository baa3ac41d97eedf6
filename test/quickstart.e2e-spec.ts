import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../testing/free-port.mjs';
import { copyProject, type ProjectCopy } from './support/project-copy.js';
import { until } from './support/until.js';

/** Milliseconds: it builds, while other tests run. */
const START_TIMEOUT_MS = 180_000;

interface Quickstart {
  /** What it has printed so far. */
  output: string;
  exit: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

let project: ProjectCopy;
let port: number;
let quickstart: Quickstart;
const started: Quickstart[] = [];

function start(environment: Record<string, string> = {}): Quickstart {
  const child = spawn(process.execPath, ['scripts/quickstart.mjs'], {
    cwd: project.folder,
    env: { PATH: process.env['PATH'], PORT: String(port), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const run: Quickstart = {
    output: '',
    exit: once(child, 'close').then(([code]) => code as number | null),
    kill: (signal) => void child.kill(signal),
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (run.output += chunk.toString()));
  }
  started.push(run);
  return run;
}

const linesOf = ({ output }: Quickstart): string[] => output.trimEnd().split('\n');
const isUp = (): boolean => /^curl -H/m.test(quickstart.output);
const get = async (path: string): Promise<Response> => fetch(`http://localhost:${port}${path}`);

beforeAll(async () => {
  project = await copyProject();
  port = await freePort();
  quickstart = start();
  await until(isUp, START_TIMEOUT_MS);
}, START_TIMEOUT_MS);
afterAll(async () => {
  for (const run of started) run.kill('SIGTERM');
  await Promise.all(started.map(({ exit }) => exit));
  await promisify(execFile)(process.execPath, ['scripts/clean.mjs'], { cwd: project.folder });
  await project.remove();
});

it('quickstart prints at most 40 lines', () => {
  // npm itself prints four.
  expect(linesOf(quickstart).length).toBeLessThanOrEqual(36);
});

it.each([
  'Installing the dependencies',
  'Building',
  'Migrating the embedded database',
  'Creating the demo data',
  'Starting the server',
])('quickstart says how many seconds this took: %s', (step) => {
  expect(quickstart.output).toMatch(new RegExp(`^${step}: \\.* ?\\d+\\.\\d s$`, 'm'));
});

it('quickstart ends with the page, Swagger UI, the log-ins and two lines for curl', () => {
  const lines = linesOf(quickstart).filter((line) => line !== '');
  expect(lines.slice(-7)).toEqual([
    `The board:   http://localhost:${port}/`,
    `Swagger UI:  http://localhost:${port}/api/docs`,
    'Log in as:   ada (English), password demo-password',
    'Log in as:   minji (Korean), password demo-password',
    expect.stringMatching(/^In a terminal/) as string,
    expect.stringMatching(/^curl -N /) as string,
    expect.stringMatching(/^curl -H /) as string,
  ]);
});

it.each([1, 2])(
  'the lines for curl that quickstart prints show a notification, time %d',
  async () => {
    const [reading, answering] = linesOf(quickstart).slice(-2);
    const reader = spawn('bash', ['-c', `exec ${reading!}`]);
    let shown = '';
    reader.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    await until(() => shown.includes('event: connected'));
    await promisify(execFile)('bash', ['-c', answering!]);
    await until(() => shown.includes('event: notification'));
    reader.kill();
    expect(shown).toContain('"message":"minji answered your question."');
  },
);

it.each(['/', '/api/docs'])('quickstart serves %s', async (path) => {
  expect((await get(path)).status).toBe(200);
});

it('quickstart serves to this machine alone', async () => {
  // An address of this machine too, but one that only a server on all interfaces is at.
  const socket = connect(port, '127.0.0.2');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

/** Resolves once that request is in the file that quickstart names. */
async function logged(path: string): Promise<void> {
  const [, file] = /Requests are logged to (\S+)\. /.exec(quickstart.output)!;
  await get(path);
  await until(async () =>
    (await readFile(join(project.folder, file!), 'utf8')).includes(`"path":"${path}"`),
  );
}

it('quickstart logs requests to the file that it names', async () => {
  await expect(logged('/api/question/2147483647')).resolves.toBeUndefined();
});

it('quickstart prints nothing of requests', async () => {
  const before = quickstart.output;
  await logged('/api/question/2147483646');
  expect(quickstart.output).toBe(before);
});

it('quickstart says that its port is in use', async () => {
  const second = start();
  expect([await second.exit, second.output]).toEqual([
    1,
    `quickstart: port ${port} is in use by another program; take another one, for example: PORT=${port + 1} npm run quickstart\n`,
  ]);
});

it.each([
  [{ PORT: '80x' }, 'PORT must be a whole number from 0 to 65535'],
  [{ HOST: '192.0.2.1' }, 'PORT and HOST cannot be listened on: listen EADDRNOTAVAIL'],
  [{ NODE_ENV: 'production' }, 'NODE_ENV is production: set DATABASE_URL and JWT_SECRET'],
])('quickstart says what is wrong with %j before it does anything', async (wrong, problem) => {
  const run = start({ PORT: '0', ...wrong });
  expect([await run.exit, run.output.startsWith(`quickstart: ${problem}`)]).toEqual([1, true]);
});

it('quickstart says in one line which variable is wrong', async () => {
  const run = start({ PORT: '0', SSE_HEARTBEAT_SECONDS: 'x' });
  await run.exit;
  expect(linesOf(run).slice(-1)).toEqual([
    expect.stringMatching(/^SSE_HEARTBEAT_SECONDS must be /) as string,
  ]);
});

it('quickstart ends with exit code 0 when it is interrupted before the server runs', async () => {
  const run = start({ PORT: '0' });
  await until(() => run.output.includes('Migrating'));
  run.kill('SIGTERM');
  expect(await run.exit).toBe(0);
});

it('quickstart ends with exit code 0 when it is interrupted', async () => {
  quickstart.kill('SIGINT');
  expect(await quickstart.exit).toBe(0);
});

it(
  'quickstart creates no demo data a second time',
  async () => {
    quickstart = start();
    await until(isUp, START_TIMEOUT_MS);
    const { total } = (await (await get('/api/question/list')).json()) as { total: number };
    expect(total).toBe(3);
  },
  START_TIMEOUT_MS,
);
