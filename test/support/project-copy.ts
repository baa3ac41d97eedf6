import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

/** What a clone does not have. */
const NOT_IN_A_CLONE = ['.git', '.data', 'dist', 'node_modules'];

export interface ProjectCopy {
  folder: string;
  remove(): Promise<void>;
}

/** A fresh clone, as far as a test needs one; its dependencies are those of the project. */
export async function copyProject(): Promise<ProjectCopy> {
  const project = resolve('.');
  const folder = await mkdtemp(join(tmpdir(), 'project-'));
  await cp(project, folder, {
    recursive: true,
    filter: (path) => !NOT_IN_A_CLONE.includes(relative(project, path)),
  });
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
