// From a fresh clone to a running system with demo data, with nothing but Node.js:
// `npm run quickstart`. Every step may be repeated; settings come from the environment, as for the
// server itself.
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { installDependencies, requireNode } from './lib/dependencies.mjs';
import { leaveSignals, npm, passOnSignals } from './lib/run.mjs';
import { step } from './lib/step.mjs';
import { welcome } from './lib/welcome.mjs';

requireNode();
const exitCodeOfSignal = passOnSignals();
const isProduction = process.env.NODE_ENV === 'production';

// Nobody else in the network is to reach what has accounts with a known password.
process.env.HOST ||= '127.0.0.1';
process.env.LOG_FILE ||= join('.data', 'server.log');
if (!isProduction) process.env.DEMO_ACCOUNTS ||= 'on';

try {
  await requirePort(process.env.PORT || 3000, process.env.HOST);
  await step('Installing the dependencies', installDependencies);
  await step('Building', () => npm(['run', '--silent', 'build'], { quiet: true }));
  await step('Migrating the database', () =>
    npm(['run', '--silent', 'migration:run'], { quiet: true }),
  );
  if (!isProduction) {
    await step('Creating the demo data', () =>
      npm(['run', '--silent', 'seed', '--', '--if-empty'], { quiet: true }),
    );
  }
  await mkdir(dirname(process.env.LOG_FILE), { recursive: true });
} catch (error) {
  if (!exitCodeOfSignal()) console.error(`quickstart: ${error.message}`);
  process.exit(exitCodeOfSignal() ?? 1);
}

leaveSignals();
const start = performance.now();
// In this very process: so signals reach the server once and directly, its exit code is ours, and
// killing this process leaves nobody behind on the port.
const { address } = await import('../dist/src/main.js');
console.log(`Starting the server: ${((performance.now() - start) / 1000).toFixed(1)} s`);
console.log(await welcome(address));

/** Said now, not after a minute of installing. A wrong value is left to the server to name. */
async function requirePort(port, host) {
  const server = createServer();
  const code = await new Promise((resolve) => {
    server.once('error', (error) => resolve(error.code));
    server.once('listening', () => server.close(resolve));
    server.listen({ port: Number(port), host });
  }).catch(() => undefined);
  if (code === 'EADDRINUSE') {
    throw new Error(
      `port ${port} is in use by another program; take another one: PORT=3001 npm run quickstart`,
    );
  }
}
