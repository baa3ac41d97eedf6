// Everything that has to be true before a change goes in, on a machine with nothing but Node.js:
// `npm run verify`, and with `--full` all that takes longer: `npm run verify:full`. Ends at the first
// stage that fails; the last line is for machines to read.
import { join } from 'node:path';
import { runChaos } from './lib/chaos.mjs';
import { audit } from './lib/audit.mjs';
import { installDependencies, requireNode } from './lib/dependencies.mjs';
import { runTests, tests } from './lib/jest.mjs';
import { endLeftovers, markLeftovers } from './lib/leftovers.mjs';
import { NODE_MAJORS, testOnNode } from './lib/node-versions.mjs';
import { say } from './lib/output.mjs';
import { npm, passOnSignals, run } from './lib/run.mjs';
import { doSteps, timetable } from './lib/stages.mjs';
import { installSystemPackages } from './lib/system-packages.mjs';
import { withSystemPostgres } from './lib/system-postgres.mjs';
import { startTestPostgres, stopTestPostgres } from './lib/test-postgres.mjs';

/** The end-to-end tests that another version of PostgreSQL could fail: those of its SQL. */
const ABOUT_SQL = `
  answers bad-input concurrency database-unavailable event-without-listener follow.property id-usage
  instances large-inbox notification-list outbox outbox-commands questions retention schema stale-statistics stream stream-end tokens users`;

const script = (name) => () => npm(['run', '--silent', name]);
const check = (file) => () => run(process.execPath, [join('scripts', file)]);

/** In this order. */
const STEPS = [
  ['dependencies', installDependencies],
  [[['known vulnerabilities', audit]], [['system packages', installSystemPackages]]],
  ['build', script('build')],
  ['PostgreSQL for the tests', startTestPostgres],
  ['lint', script('lint')],
  // Not side by side: on two processors the tests of time limits then fail.
  ['unit and end-to-end tests', () => runTests('test:built')],
  ['browser tests', () => runTests('test:browser')],
];

/** After those, with `--full`. */
const MORE_STEPS = [
  [
    [['tests on the PostgreSQL of the system', testOnSystemPostgres]],
    [
      ['OpenAPI document and client', check('check-openapi.mjs')],
      ['nest generate', check('check-scaffold.mjs')],
    ],
  ],
  ['chaos and mutations', () => runChaos()],
  ['chaos and mutations, three servers', () => runChaos('--cluster')],
];

/** After those, unless `--this-node` is given. */
const NODE_STEPS = NODE_MAJORS.map((major) => [
  `tests on Node.js ${major}`,
  () => testOnNode(major),
]);

requireNode();
const exitCodeOfSignal = passOnSignals({ withAllTheyStart: true });
const isFull = process.argv.includes('--full');
const isThisNode = process.argv.includes('--this-node');
markLeftovers();
const more = isFull ? [...MORE_STEPS, ...(isThisNode ? [] : NODE_STEPS)] : [];
let passed = await doSteps([...STEPS, ...more]);
await stopTestPostgres();
const leftovers = await endLeftovers();
if (leftovers.length > 0) {
  console.log(`Still running at the end, and killed:\n${leftovers.join('\n')}`);
  passed = false;
}
// Whoever reads nothing but the last line must not take a broken build for a success.
if (!passed) tests.failed ||= 1;
process.exitCode = passed ? 0 : (exitCodeOfSignal() ?? 1);
console.log(timetable());
console.log(`${tests.passed} passed, ${tests.failed} failed`);

function testOnSystemPostgres() {
  return withSystemPostgres((url, major) => {
    say(`PostgreSQL ${major}`);
    const files = `/(${ABOUT_SQL.trim().split(/\s+/).join('|')})\\.e2e-spec`;
    const args = ['--testPathPatterns', files];
    return runTests('test:e2e', { args, env: { TEST_DATABASE_URL: url } });
  });
}
