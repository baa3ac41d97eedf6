import { ask } from './run.mjs';

/**
 * PostgreSQL does not run as root: the account it runs under instead, as `spawn` takes it.
 *
 * @returns {Promise<{ uid?: number, gid?: number }>} empty when this process is not root
 */
export async function serverUser() {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([ask('id', ['-u', name]), ask('id', ['-g', name])]);
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no other account to run it');
}
