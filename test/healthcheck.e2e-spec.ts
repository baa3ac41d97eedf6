import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createDatabase, type TestDatabase } from './support/database.js';
import { freePort } from '../testing/free-port.mjs';
import { killServers, ServerProcess } from './support/server-process.js';
import { TcpProxy } from './support/tcp-proxy.js';

/** The health check of the image. @param environment that of the server, as in its container */
async function check(environment: Record<string, string>): Promise<{ code: number; said: string }> {
  const env = { PATH: process.env['PATH'], ...environment };
  return promisify(execFile)(process.execPath, ['deploy/healthcheck.mjs'], { env }).then(
    () => ({ code: 0, said: '' }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr.trim() }),
  );
}

const HEALTHY = { code: 0, said: '' };

describe('the health check of the image', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());
  afterEach(killServers);

  it.each([
    ['one address of several', '127.0.0.2'],
    ['an address of IPv6', '::1'],
    ['all interfaces', ''],
    ['all interfaces, written as 0.0.0.0', '0.0.0.0'],
    ['all interfaces, written as ::', '::'],
    ['a name', 'localhost'],
  ])('the health check of the image passes for a server that listens on %s', async (_, HOST) => {
    const PORT = String(await freePort());
    await ServerProcess.start({ DATABASE_URL: database.url, HOST, PORT });
    expect(await check({ HOST, PORT })).toEqual(HEALTHY);
  });

  it('the health check of the image passes while the database is unavailable', async () => {
    const proxy = await TcpProxy.to(database.url);
    const server = await ServerProcess.start({ DATABASE_URL: proxy.url });
    proxy.goAway();
    const { status } = await fetch(`${server.url}/health/ready`);
    const checked = await check({ HOST: '127.0.0.1', PORT: new URL(server.url).port });
    await killServers();
    await proxy.close();
    expect([status, checked]).toEqual([503, HEALTHY]);
  });

  it('the health check of the image fails, and says why, where no server listens', async () => {
    const PORT = String(await freePort());
    expect(await check({ HOST: '127.0.0.1', PORT })).toEqual({
      code: 1,
      said: `Liveness of 127.0.0.1, port ${PORT}: connect ECONNREFUSED 127.0.0.1:${PORT}`,
    });
  });

  it('the health check of the image fails, and says why, where a server does not answer', async () => {
    const server = await ServerProcess.start({ DATABASE_URL: database.url });
    process.kill(server.pid, 'SIGSTOP');
    const { port } = new URL(server.url);
    expect(await check({ HOST: '127.0.0.1', PORT: port })).toEqual({
      code: 1,
      said: `Liveness of 127.0.0.1, port ${port}: no answer within 2500 ms`,
    });
  });
});
