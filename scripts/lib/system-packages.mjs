import { access, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';
import { findSystemPostgres } from './system-postgres.mjs';

/** What the tests need besides Node: the Debian package, and how to tell that it is there. */
const NEEDED = {
  postgresql: findSystemPostgres,
  'redis-server': () => findProgram('redis-server'),
  nginx: () => findProgram('nginx'),
  openssl: () => findProgram('openssl'),
  'gettext-base': () => findProgram('envsubst'),
  // For promtool; no server of it is started.
  prometheus: () => findProgram('promtool'),
  'chromium-headless-shell': () => findProgram('chromium-headless-shell', 'chromium'),
};

/** A package asks this file before it starts a service; 101 means: do not. */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';

/**
 * Installs what is missing through apt-get, and touches nothing when all is there.
 *
 * @throws {Error} one line that names what is missing, where it may not or cannot be installed
 */
export async function installSystemPackages() {
  const missing = await findMissing();
  if (missing.length === 0) return;
  const byHand = `install ${missing.join(', ')} (Debian: apt-get install ${missing.join(' ')})`;
  if (process.getuid?.() !== 0)
    throw new Error(`the tests need more, and only root may: ${byHand}`);
  if (!(await findProgram('apt-get'))) throw new Error(`the tests need more: ${byHand}`);

  await withServicesOff(async () => {
    const waiting = ['-q', '-o', 'DPkg::Lock::Timeout=300'];
    const options = { quiet: true, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    await run('apt-get', [...waiting, 'update'], options);
    const install = [...waiting, 'install', '-y', '--no-install-recommends', ...missing];
    await run('apt-get', install, options);
  });
  const still = await findMissing();
  if (still.length > 0) throw new Error(`installed, and yet not usable: ${still.join(', ')}`);
}

async function findMissing() {
  const missing = [];
  for (const [name, find] of Object.entries(NEEDED)) if (!(await find())) missing.push(name);
  return missing;
}

/** @returns {Promise<string | undefined>} the first of the programs that is there */
async function findProgram(...names) {
  // Servers are in the sbin folders, which are not on an ordinary user's path.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const name of names) {
    for (const path of folders.map((folder) => join(folder, name))) {
      const isThere = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isThere) return path;
    }
  }
  return undefined;
}

/** The tests start what they need themselves, on ports of their own; the machine's stay as they are. */
async function withServicesOff(install) {
  const ours = await writeFile(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', {
    mode: 0o755,
    flag: 'wx',
  }).then(
    () => true,
    () => false,
  );
  try {
    await install();
  } finally {
    if (ours) await rm(SERVICE_POLICY, { force: true });
  }
}
