// Proves that tools understand the OpenAPI document: a linter finds nothing in it, and a typed client
// that is generated from it compiles and calls every route of a running server.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBuiltServer } from '../test/support/built-server.mjs';
import setUpDatabase from '../test/support/global-setup.mjs';
import tearDownDatabase from '../test/support/global-teardown.mjs';
import { installDependencies } from './lib/dependencies.mjs';
import { npm, passOnSignals, PROJECT } from './lib/run.mjs';

const CLIENT = join(PROJECT, 'test', 'openapi-client');

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

/** On the database that the tests copy theirs from. */
function startServer() {
  const database = new URL(process.env.TEST_SERVER_URL);
  database.pathname = process.env.TEST_TEMPLATE;
  return startBuiltServer({
    DATABASE_URL: database.href,
    JWT_SECRET: 'a secret that only this check knows!',
  });
}

async function saveDocument(url) {
  const response = await fetch(`${url}/api/docs-json`);
  await mkdir(join(CLIENT, 'generated'), { recursive: true });
  await writeFile(join(CLIENT, 'generated', 'openapi.json'), await response.text());
}
