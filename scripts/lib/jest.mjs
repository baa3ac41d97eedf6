import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm } from './run.mjs';

/** Over all runs so far. */
export const tests = { passed: 0, failed: 0 };

/**
 * Runs tests through a script of package.json and adds their numbers to {@link tests}.
 *
 * @param {string} script such as `test`, which ends in a call of Jest
 * @param {{ args?: string[], env?: NodeJS.ProcessEnv }} [options] more arguments for Jest, and more
 * environment
 * @throws {Error} a test failed, was skipped or is still to be written, or there was none
 */
export async function runTests(script, { args = [], env = {} } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'verify-'));
  const file = join(folder, 'result.json');
  try {
    const reporting = ['--ci', '--json', `--outputFile=${file}`];
    const failure = await npm(['run', '--silent', script, '--', ...args, ...reporting], {
      env: { ...process.env, ...env },
    }).then(
      () => undefined,
      (error) => error,
    );
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (!text) throw failure ?? new Error(`npm run ${script} reports nothing`);
    const result = JSON.parse(text);
    tests.passed += result.numPassedTests;
    // A file that does not even load has no tests to count, and must not pass for that.
    tests.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
    if (failure) throw failure;
    const left = result.numPendingTests + result.numTodoTests;
    if (left > 0) throw new Error(`${left} tests were skipped: ${namesOfSkipped(result)}`);
    if (result.numPassedTests === 0) throw new Error(`npm run ${script} ran no test`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function namesOfSkipped(result) {
  const all = result.testResults.flatMap((file) => file.assertionResults);
  const skipped = all.filter(({ status }) => status !== 'passed' && status !== 'failed');
  return skipped.map((test) => test.fullName).join('; ');
}
