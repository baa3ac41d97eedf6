import { readdir } from 'node:fs/promises';
import type { MigrationInterface } from 'typeorm';

export type Migration = new () => MigrationInterface;

const FOLDER = new URL('../../migrations/', import.meta.url);

/** Loads all migrations, in order. TypeORM's own loader does not work where modules are sandboxed. */
export async function loadMigrations(): Promise<Migration[]> {
  const files = (await readdir(FOLDER)).filter((name) => /^\d+-.*\.(js|ts)$/.test(name));
  const modules = await Promise.all(
    files
      .toSorted()
      .map((name) => import(new URL(name, FOLDER).href) as Promise<Record<string, Migration>>),
  );
  return modules.flatMap((module) => Object.values(module));
}
