import { fileURLToPath } from 'node:url';

/** Glob of the entities, for programs that load no NestJS module. */
export const ENTITY_FILES = fileURLToPath(new URL('../**/*.entity.js', import.meta.url));
