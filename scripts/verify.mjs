// Everything that has to be true before a change goes in, on a machine with nothing but Node.js:
// `npm run verify`. Stops at the first stage that fails; the last line is for machines to read.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChaos } from './lib/chaos.mjs';
import { audit } from './lib/audit.mjs';
import { installDependencies, requireNode } from './lib/dependencies.mjs';
import { runTests, tests } from './lib/jest.mjs';
import { npm, passOnSignals, PROJECT, run } from './lib/run.mjs';
import { installSystemPackages } from './lib/system-packages.mjs';
import { withSystemPostgres } from './lib/system-postgres.mjs';

/** The end-to-end tests that another version of PostgreSQL could fail: those of its SQL. */
const ABOUT_SQL = `
  answers bad-input concurrency database-unavailable event-without-listener follow.property id-usage
  instances large-inbox notification-list outbox outbox-commands questions retention schema stale-statistics stream stream-end tokens users`;

/** In this order. A stage fails by throwing; what it starts it stops itself. */
const STAGES = {
  'dependencies of the project': installDependencies,
  'known vulnerabilities': audit,
  'packages of the system': installSystemPackages,
  build: () => npm(['run', '--silent', 'build']),
  lint: () => npm(['run', '--silent', 'lint']),
  'tests on the embedded PostgreSQL': () => runTests('test'),
  'end-to-end tests on the PostgreSQL of the system': testOnSystemPostgres,
  'OpenAPI document and a client made of it': () =>
    run(process.execPath, [join('scripts', 'check-openapi.mjs')]),
  'nest generate': () => run(process.execPath, [join('scripts', 'check-scaffold.mjs')]),
  'tests in a browser': testInBrowser,
  'everything killed while people vote': () => runChaos(),
  'the same of three servers with Redis behind nginx': () => runChaos('--cluster'),
};

requireNode();
const exitCodeOfSignal = passOnSignals();
process.exitCode = (await runStages()) ? 0 : (exitCodeOfSignal() ?? 1);
console.log(`${tests.passed} passed, ${tests.failed} failed`);

async function runStages() {
  for (const [name, stage] of Object.entries(STAGES)) {
    console.log(`\n=== ${name}`);
    const start = performance.now();
    const took = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
    try {
      await stage();
      console.log(`=== ${name}: passed in ${took()}`);
    } catch (error) {
      console.log(`=== ${name}: FAILED after ${took()}: ${error.message}\n`);
      // Whoever reads nothing but the last line must not take a broken build for a success.
      tests.failed ||= 1;
      return false;
    }
  }
  console.log();
  return true;
}

function testOnSystemPostgres() {
  return withSystemPostgres((url, major) => {
    console.log(`PostgreSQL ${major}`);
    const files = `/(${ABOUT_SQL.trim().split(/\s+/).join('|')})\\.e2e-spec`;
    const args = ['--testPathPatterns', files];
    return runTests('test:e2e', { args, env: { TEST_DATABASE_URL: url } });
  });
}

async function testInBrowser() {
  const { scripts } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
  if (scripts['test:browser']) await runTests('test:browser');
}
