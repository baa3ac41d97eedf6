// Proves that the Nest CLI still understands this project: what it generates in a copy has to build,
// to pass lint once formatted, and to pass the specs that came with it.
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { npm, passOnSignals, PROJECT, run } from './lib/run.mjs';

/** All that the CLI would ask for is said, for there is nobody to answer. */
const GENERATE = [
  ['resource', 'throwaway', '--type', 'rest', '--crud', 'true'],
  ['module', 'leftover'],
  ['controller', 'leftover'],
  ['service', 'leftover'],
];

const exitCodeOfSignal = passOnSignals();
const copy = await mkdtemp(join(tmpdir(), 'scaffold-'));
try {
  await copyProject();
  const inCopy = { cwd: copy, quiet: true };
  // As the README says, `npx nest g …` and then `npm run format`: the CLI's own `--format` does not find
  // the project's rules.
  for (const what of GENERATE) await npm(['exec', '--', 'nest', 'g', ...what], inCopy);
  for (const script of ['format', 'build', 'lint']) await npm(['run', '--silent', script], inCopy);
  const specs = ['--selectProjects', 'unit', '--ci', '--', 'src/throwaway', 'src/leftover'];
  await run(process.execPath, [join('node_modules', 'jest', 'bin', 'jest.js'), ...specs], {
    ...inCopy,
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules' },
  });
  console.log('nest generate: resource, module, controller and service build, lint and pass');
} catch (error) {
  console.error(`nest generate: ${error.message}`);
  process.exitCode = exitCodeOfSignal() ?? 1;
} finally {
  await rm(copy, { recursive: true, force: true });
}

/** All but what is made from the rest; the dependencies are shared. */
async function copyProject() {
  const rules = (await readFile(join(PROJECT, '.gitignore'), 'utf8')).split('\n').filter(Boolean);
  const ignored = new Set(['.git', ...rules.map((rule) => rule.replace(/^\/|\/$/g, ''))]);
  await cp(PROJECT, copy, {
    recursive: true,
    filter: (path) => !ignored.has(relative(PROJECT, path)),
  });
  await symlink(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
}
