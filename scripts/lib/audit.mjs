import { execFile } from 'node:child_process';
import { PROJECT } from './run.mjs';

/** Milliseconds that a registry may take. */
const TIMEOUT_MS = 60_000;

/** Advisories that do not concern us: the name of the package, and why. */
const EXCEPTIONS = {};

/**
 * Looks for known vulnerabilities in what runs in production. Where the registry answers no such
 * question, or nobody answers, one line says so.
 *
 * @throws {Error} there is one, which is no exception
 */
export async function audit() {
  const { vulnerabilities, message } = await ask();
  if (!vulnerabilities) {
    console.log(`Not audited, for the registry gives no answer: ${message}`);
    return;
  }
  const found = Object.values(vulnerabilities).filter(({ name }) => !EXCEPTIONS[name]);
  for (const { name, severity, range } of found) console.log(`${severity}: ${name} ${range}`);
  if (found.length > 0) throw new Error(`${found.length} vulnerable packages in production`);
  console.log('No known vulnerability in production');
}

/** @returns {Promise<{ vulnerabilities?: object, message?: string }>} */
function ask() {
  const itself = process.env.npm_execpath;
  const args = ['audit', '--omit=dev', '--json'];
  const [program, all] = itself ? [process.execPath, [itself, ...args]] : ['npm', args];
  const options = {
    cwd: PROJECT,
    timeout: TIMEOUT_MS,
    shell: !itself && process.platform === 'win32',
  };
  return new Promise((resolve) => {
    // It ends with 1 when it has found something as well as when it could not look.
    execFile(program, all, options, (error, stdout) => {
      try {
        resolve(JSON.parse(stdout));
      } catch {
        resolve({ message: error?.message.split('\n')[0] ?? 'npm audit printed nothing' });
      }
    });
  });
}
