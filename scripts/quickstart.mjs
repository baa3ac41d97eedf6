// From a fresh clone to a running system, with nothing but Node.js: `npm run quickstart`.
// Every step may be repeated; settings come from the environment, as for the server itself.
import { installDependencies, requireNode } from './lib/dependencies.mjs';
import { leaveSignals, npm, passOnSignals } from './lib/run.mjs';

requireNode();
const exitCodeOfSignal = passOnSignals();

try {
  say('dependencies…');
  say((await installDependencies()) ? 'dependencies installed' : 'dependencies are up to date');
  say('building…');
  await npm(['run', '--silent', 'build'], { quiet: true });
  say('migrating the database…');
  await npm(['run', '--silent', 'migration:run']);
} catch (error) {
  if (!exitCodeOfSignal()) console.error(`quickstart: ${error.message}`);
  process.exit(exitCodeOfSignal() ?? 1);
}

say('starting the server…');
leaveSignals();
// In this very process: so signals reach the server once and directly, its exit code is ours, and
// killing this process leaves nobody behind on the port.
await import('../dist/src/main.js');

function say(text) {
  console.log(`quickstart: ${text}`);
}
