import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** @param {string} path below the project's folder, or absolute @returns {string} absolute */
export function fromRoot(path) {
  return resolve(ROOT, path);
}
