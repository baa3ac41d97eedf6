// Proves that tools understand the OpenAPI document: a linter finds nothing in it, and a typed client
// that is generated from it compiles and calls every route of a running server.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import setUpDatabase from '../test/support/global-setup.mjs';
import tearDownDatabase from '../test/support/global-teardown.mjs';
import { installDependencies } from './lib/dependencies.mjs';
import { npm, passOnSignals, PROJECT } from './lib/run.mjs';

const CLIENT = join(PROJECT, 'test', 'openapi-client');
const LISTENING = /Listening on (http:[^\s"]+)/;

const exitCodeOfSignal = passOnSignals();
let server;
try {
  await installDependencies(CLIENT);
  await setUpDatabase();
  server = await startServer();
  await saveDocument(server.url);
  const env = {
    ...process.env,
    API_URL: server.url,
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  };
  const runScript = (name) => npm(['run', '--silent', name], { cwd: CLIENT, env, quiet: true });
  for (const script of ['lint', 'generate', 'compile']) await runScript(script);
  const [, passed] = /pass (\d+)/.exec(await runScript('test')) ?? [];
  console.log('The linter finds no error and no warning in the document');
  console.log(`A client generated from it compiles and calls every route: ${passed} tests passed`);
} catch (error) {
  console.error(`The OpenAPI document: ${error.message}`);
  process.exitCode = exitCodeOfSignal() ?? 1;
} finally {
  await server?.stop();
  await tearDownDatabase();
}

/** The built server on the database that the tests copy theirs from, on a free port. */
async function startServer() {
  const database = new URL(process.env.TEST_SERVER_URL);
  database.pathname = process.env.TEST_TEMPLATE;
  const child = spawn(process.execPath, [join('dist', 'src', 'main.js')], {
    cwd: PROJECT,
    env: {
      PATH: process.env.PATH,
      NO_COLOR: '1',
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: database.href,
      JWT_SECRET: 'a secret that only this check knows!',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = await new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      const [, found] = LISTENING.exec(printed) ?? [];
      if (found) resolve(found);
    });
    child.once('close', () => reject(new Error(`the server does not start:\n${printed}`)));
  });
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { url, stop };
}

async function saveDocument(url) {
  const response = await fetch(`${url}/api/docs-json`);
  await mkdir(join(CLIENT, 'generated'), { recursive: true });
  await writeFile(join(CLIENT, 'generated', 'openapi.json'), await response.text());
}
