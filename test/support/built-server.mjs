import { spawn } from 'node:child_process';

const LISTENING = /Listening on (http:[^\s"]+)/;

/**
 * Starts the built server on a free port.
 *
 * @param {Record<string, string>} environment all that it gets, beside what every test needs
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>} once it listens
 * @throws {Error} with what it printed, when it ends before
 */
export async function startBuiltServer(environment) {
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: {
      PATH: process.env.PATH,
      NO_COLOR: '1',
      HOST: '127.0.0.1',
      PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', () => resolve()));
  const url = await new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      const [, found] = LISTENING.exec(printed) ?? [];
      if (found) resolve(found);
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`the server does not start:\n${printed}`)));
  });
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { url, stop };
}
