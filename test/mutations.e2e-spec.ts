import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mutate, MUTATIONS } from './chaos/mutations.js';

describe('mutations of the server', () => {
  const rewriting = Object.entries(MUTATIONS).filter(([, { rewrite }]) => rewrite);

  it.each(rewriting)(
    'the mutation %s finds the code that it changes in the built server',
    async (name, { rewrite }) => {
      const source = await readFile(join('dist', 'src', rewrite!.file), 'utf8');
      expect(mutate(name, source)).not.toBe(source);
    },
  );
});
