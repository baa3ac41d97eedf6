// From a fresh clone to a running system with demo data, with nothing but Node.js:
// `npm run quickstart`. Every step may be repeated; settings come from the environment, as for the
// server itself.
import { createServer } from 'node:net';
import { join } from 'node:path';
import { buildIfNeeded } from './lib/build.mjs';
import { installDependencies, requireNode } from './lib/dependencies.mjs';
import { npm, passOnSignals } from './lib/run.mjs';
import { step } from './lib/step.mjs';
import { welcome } from './lib/welcome.mjs';

requireNode();
const exitCodeOfSignal = passOnSignals();
const { PORT = '', NODE_ENV, DATABASE_URL, JWT_SECRET } = process.env;
const isProduction = NODE_ENV === 'production';
const database = DATABASE_URL ? 'the database of DATABASE_URL' : 'the embedded database';

// Nobody else in the network is to reach what has accounts with a known password.
process.env.HOST ||= '127.0.0.1';
process.env.LOG_FILE ||= join('.data', 'server.log');
if (!isProduction) process.env.DEMO_ACCOUNTS ||= 'on';

try {
  if (isProduction && !(DATABASE_URL && JWT_SECRET)) {
    throw new Error('NODE_ENV is production: set DATABASE_URL and JWT_SECRET, or unset NODE_ENV');
  }
  await requirePort(PORT || '3000', process.env.HOST);
  await step('Installing the dependencies', () => installDependencies());
  await step('Building', buildIfNeeded);
  await step(`Migrating ${database}`, () => quietly('migration:run'));
  if (!isProduction) await step('Creating the demo data', () => quietly('seed', '--if-empty'));
} catch (error) {
  if (exitCodeOfSignal()) process.exit(0);
  if (!error.isExplained) console.error(`quickstart: ${error.message}`);
  process.exit(1);
}

const start = performance.now();
// In this very process: so signals reach the server once and directly, its exit code is ours, and
// killing this process leaves nobody behind on the port.
const { address } = await import('../dist/src/main.js');
// A signal that came before the server listened to signals.
if (exitCodeOfSignal()) process.kill(process.pid, 'SIGTERM');
console.log(`Starting the server: ${((performance.now() - start) / 1000).toFixed(1)} s`);
console.log(await welcome(address));

function quietly(script, ...args) {
  return npm(['run', '--silent', script, '--', ...args], { quiet: true });
}

/** Said now, not after a minute of installing. */
async function requirePort(port, host) {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error('PORT must be a whole number from 0 to 65535');
  }
  const server = createServer();
  const error = await new Promise((resolve) => {
    server.once('error', resolve);
    server.once('listening', () => server.close(() => resolve(undefined)));
    server.listen({ port: Number(port), host });
  });
  if (error?.code === 'EADDRINUSE') {
    throw new Error(
      `port ${port} is in use by another program; take another one, for example: ` +
        `PORT=${Number(port) + 1} npm run quickstart`,
    );
  }
  if (error) throw new Error(`PORT and HOST cannot be listened on: ${error.message}`);
}
