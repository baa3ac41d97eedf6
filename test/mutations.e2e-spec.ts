import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mutate, MUTATIONS } from './chaos/mutations.js';

describe('a mutation that proves the chaos test', () => {
  const rewriting = Object.entries(MUTATIONS).filter(([, { rewrite }]) => rewrite);

  it.each(rewriting)(
    'finds what it breaks in the server as it is built: %s',
    async (name, { rewrite }) => {
      const source = await readFile(join('dist', 'src', rewrite!.file), 'utf8');
      expect(mutate(name, source)).not.toBe(source);
    },
  );
});
