import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const policy = await readFile(new URL('../SECURITY.md', import.meta.url), 'utf8');

/** The last column of the table of threats: a file, and the title of a test in it. */
const rows = policy
  .split('\n')
  .filter((line) => /^\| .* \|.*\|.*\|.*\|$/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, asset]) => asset !== 'asset' && !/^-+$/.test(asset!))
  .map(([, , threat, , proof]): [string, string] => [threat!, proof!]);

it('SECURITY.md has a table of threats', () => {
  expect(rows.length).toBeGreaterThan(20);
});

it.each(rows)('SECURITY.md names a test that exists against this: %s', async (_, proof) => {
  const [, name, title] = /^`([\w-]+)`: "(.+)"$/.exec(proof) ?? [];
  const file = new URL(`${name}.e2e-spec.ts`, import.meta.url);
  expect(existsSync(file)).toBe(true);
  const source = await readFile(file, 'utf8');
  const literals = [`'${title}'`, `"${title}"`, `\`${title}\``];
  expect(literals.some((literal) => source.includes(literal))).toBe(true);
});
