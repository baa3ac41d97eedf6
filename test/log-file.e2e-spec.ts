import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type TestDatabase } from './support/database.js';
import { killServers, ServerProcess } from './support/server-process.js';
import { until } from './support/until.js';

/** In a folder that is made with it. */
const folder = join(tmpdir(), `log-file-${process.pid}`);
const file = join(folder, 'logs', 'server.log');

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());
afterEach(async () => {
  await killServers();
  await rm(folder, { recursive: true, force: true });
});

/** A server that says nothing: only by its port one knows that it is there. */
async function start(environment: Record<string, string>): Promise<ServerProcess> {
  const server = ServerProcess.spawn({
    DATABASE_URL: database.url,
    HOST: '127.0.0.1',
    PORT: '0',
    JWT_SECRET: 'x'.repeat(32),
    ...environment,
  });
  return server;
}

const lines = async (): Promise<string> => readFile(file, 'utf8').catch(() => '');
const isListening = async (): Promise<boolean> => (await lines()).includes('Listening on');
const urlOf = async (): Promise<string> => /Listening on (http:[^\s"]+)/.exec(await lines())![1]!;

it('LOG_FILE gets every line as JSON', async () => {
  await start({ LOG_FILE: file });
  await until(isListening);
  const written = (await lines()).trim().split('\n');
  expect(() => written.map((line) => JSON.parse(line) as object)).not.toThrow();
});

it('a server with LOG_FILE prints nothing as long as there is no warning', async () => {
  const server = await start({ LOG_FILE: file });
  await until(isListening);
  expect(server.output).toBe('');
});

it('LOG_FILE gets a line for each request', async () => {
  await start({ LOG_FILE: file });
  await until(isListening);
  await fetch(`${await urlOf()}/api/question/list`);
  await until(async () => (await lines()).includes('"path":"/api/question/list","status":200'));
});

it('a server with LOG_FILE prints warnings as well', async () => {
  const server = await start({ LOG_FILE: file, DATABASE_URL: 'postgres://u:p@127.0.0.1:1/none' });
  await server.says(/Unavailable, next attempt/);
});

it('a server whose LOG_FILE cannot be written says so once, and goes on', async () => {
  const server = await start({ LOG_FILE: '/dev/full', PORT: '0' });
  await server.says(/LOG_FILE cannot be written, lines are lost: ENOSPC/);
  await until(() => server.isRunning);
  expect(server.complaints.match(/LOG_FILE/g)).toHaveLength(1);
});

it('a server whose LOG_FILE cannot be created ends with a line that says why', async () => {
  const server = await start({ LOG_FILE: '/dev/null/server.log' });
  const { code } = await server.exited;
  expect([code, server.complaints]).toEqual([
    1,
    expect.stringMatching(/^LOG_FILE must be a file that can be written: EEXIST.*\n$/) as string,
  ]);
});
