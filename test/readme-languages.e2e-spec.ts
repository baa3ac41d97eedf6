import { readFile } from 'node:fs/promises';
import {
  codeBlocks,
  codeSpans,
  links,
  numbers,
  sections,
  type Table,
  tables,
} from './support/markdown.js';

const [english, korean] = await Promise.all([
  readFile('README.md', 'utf8'),
  readFile('README.ko.md', 'utf8'),
]);

// Word order differs between the languages, so that within a cell or a section order means nothing.
const perCell = (all: Table[], read: (cell: string) => string[]): string[][][][] =>
  all.map((table) => table.map((row) => row.map((cell) => read(cell).toSorted())));
const perSection = (markdown: string, read: (text: string) => string[]): string[][] =>
  sections(markdown).map(({ text }) => [...new Set(read(text))].sort());

/** Without the line that links to the other language. */
const withoutFirstLine = (markdown: string): string => markdown.slice(markdown.indexOf('\n'));

it('the first line of the English README links to the Korean one', () => {
  expect(english.split('\n')[0]).toBe('[한국어](README.ko.md)');
});

it('the first line of the Korean README links to the English one', () => {
  expect(korean.split('\n')[0]).toBe('[English](README.md)');
});

it('both READMEs have the same code blocks in the same order', () => {
  expect(codeBlocks(korean)).toEqual(codeBlocks(english));
});

it('both READMEs have sections of the same levels in the same order', () => {
  const levels = (markdown: string) => sections(markdown).map(({ level }) => level);
  expect(levels(korean)).toEqual(levels(english));
});

it('each section of the READMEs names the same code in both languages', () => {
  expect(perSection(korean, codeSpans)).toEqual(perSection(english, codeSpans));
});

it('each section of the READMEs has the same links in both languages', () => {
  expect(perSection(withoutFirstLine(korean), links)).toEqual(
    perSection(withoutFirstLine(english), links),
  );
});

it('each cell of the tables in the READMEs has the same code in both languages', () => {
  expect(perCell(tables(korean), codeSpans)).toEqual(perCell(tables(english), codeSpans));
});

it('each cell of the tables in the READMEs has the same numbers in both languages', () => {
  expect(perCell(tables(korean), numbers)).toEqual(perCell(tables(english), numbers));
});

it('the verdicts of the measurements are the same in both READMEs', () => {
  const words: Record<string, string> = { met: '달성', missed: '미달', reported: '참고' };
  const verdicts = (markdown: string): string[] =>
    tables(markdown)[0]!
      .slice(1)
      .map((row) => row.at(-1)!);
  expect(verdicts(korean)).toEqual(verdicts(english).map((verdict) => words[verdict]));
});

it('each README names the button of the demo page as the page does in its language', async () => {
  const texts = await readFile('public/board/texts.js', 'utf8');
  const [ko, en] = [...texts.matchAll(/letAnswer: '(.+)'/g)].map(([, label]) => `**${label}**`);
  const oneLine = (markdown: string) => markdown.replaceAll(/\s+/g, ' ');
  expect([oneLine(korean).includes(ko!), oneLine(english).includes(en!)]).toEqual([true, true]);
});
