import { fileURLToPath } from 'node:url';

/** Where the entities are, for programs that load no module which names its own. */
export const ENTITY_FILES = fileURLToPath(new URL('../**/*.entity.js', import.meta.url));
