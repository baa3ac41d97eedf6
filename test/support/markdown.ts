/** A part of a document: a heading, and what follows it up to the next one. */
export interface Section {
  /** Of the heading: 1 for `#`; 0 for what comes before the first. */
  level: number;
  text: string;
}

/** Rows of cells; the first is the header. */
export type Table = string[][];

const CODE_BLOCK = /^```[^]*?^```$/gm;

/** Fenced code, with its fences. */
export function codeBlocks(markdown: string): string[] {
  return markdown.match(CODE_BLOCK) ?? [];
}

export function sections(markdown: string): Section[] {
  return withoutCodeBlocks(markdown)
    .split(/^(?=#+ )/m)
    .map((text) => ({ level: /^#*/.exec(text)![0].length, text }));
}

export function tables(markdown: string): Table[] {
  const found = withoutCodeBlocks(markdown).match(/(?:^\|.*\n)+/gm) ?? [];
  return found.map((table) =>
    table
      .trim()
      .split('\n')
      .filter((_, line) => line !== 1)
      .map(cells),
  );
}

/** Code within a line, in its order. */
export function codeSpans(markdown: string): string[] {
  return [...withoutCodeBlocks(markdown).matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
}

/** What links and pictures point to, in its order. */
export function links(markdown: string): string[] {
  const found = withoutCodeBlocks(markdown).matchAll(/\]\(([^)]+)\)|<(https?:[^>]+)>/g);
  return [...found].map(([, target, address]) => (target ?? address)!);
}

/** Numbers outside of code, in their order. */
export function numbers(markdown: string): string[] {
  return markdown.replaceAll(/`[^`]+`/g, '').match(/\d[\d,.]*(?<=\d)/g) ?? [];
}

function cells(row: string): string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function withoutCodeBlocks(markdown: string): string {
  return markdown.replaceAll(CODE_BLOCK, '');
}
