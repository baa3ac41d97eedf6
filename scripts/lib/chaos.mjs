import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tests } from './jest.mjs';
import { npm } from './run.mjs';

/**
 * Runs the chaos test on what is built, and adds the checks it made to {@link tests}.
 *
 * @param {string[]} args more of its options
 * @throws {Error} one did not hold, or it did not come to an end
 */
export async function runChaos(...args) {
  const folder = await mkdtemp(join(tmpdir(), 'verify-'));
  const file = join(folder, 'report.json');
  try {
    const options = [...args, '--report', file];
    const failure = await npm(['run', '--silent', 'chaos:built', '--', ...options]).then(
      () => undefined,
      (error) => error,
    );
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (!text) throw failure ?? new Error('the chaos test reports nothing');
    const { passed, failed } = JSON.parse(text);
    tests.passed += passed;
    tests.failed += failed;
    if (failure) throw failure;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
