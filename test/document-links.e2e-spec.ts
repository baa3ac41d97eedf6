import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { links, sections } from './support/markdown.js';

const FOLDERS = ['.', 'deploy', 'docs', 'docs/adr'];

const documents: string[] = [];
for (const folder of FOLDERS) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md'));
  documents.push(...names.toSorted().map((name) => join(folder, name)));
}

/** As GitHub makes them of headings. */
function anchors(markdown: string): string[] {
  return sections(markdown).map(({ text }) =>
    text
      .split('\n')[0]!
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

async function isThere(path: string, anchor: string | undefined): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return false;
  return !anchor || !path.endsWith('.md') || anchors(await readFile(path, 'utf8')).includes(anchor);
}

it.each(documents)(
  'every link of %s to a file or a heading of this project works',
  async (document) => {
    const targets = links(await readFile(document, 'utf8')).filter(
      (link) => !/^https?:/.test(link),
    );
    const broken: string[] = [];
    for (const target of targets) {
      const [file, anchor] = target.split('#');
      const path = file ? join(dirname(document), file) : document;
      if (!(await isThere(path, anchor))) broken.push(target);
    }
    expect(broken).toEqual([]);
  },
);
