import { access, readFile } from 'node:fs/promises';
import { codeSpans, sections, tables } from './support/markdown.js';

const HEADING = '## Where to change what\n';

const markdown = await readFile('docs/architecture.md', 'utf8');
const section = sections(markdown).find(({ text }) => text.startsWith(HEADING));
if (!section) throw new Error('docs/architecture.md has no section "Where to change what"');
const rows = tables(section.text)[0]?.slice(1) ?? [];
const paths = rows.flatMap(([change, files]) =>
  codeSpans(files ?? '').map((path): [string, string] => [path, change!]),
);

it('the table "Where to change what" has twenty changes', () => {
  expect(rows).toHaveLength(20);
});

it.each(rows.map(([change, files]) => [change, files]))(
  'the table "Where to change what" names a file for this change: %s',
  (_, files) => {
    expect(codeSpans(files!)).not.toEqual([]);
  },
);

it.each(paths)('%s exists, where this is changed: %s', async (path) => {
  await expect(access(path)).resolves.toBeUndefined();
});
