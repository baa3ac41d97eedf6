import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine } from './machine.mjs';
import { markdownTable } from './table.mjs';

/**
 * Writes results.json, results.md and a curve for each measure that has one.
 * @param {string} folder made if missing
 * @param {object} report
 * @returns {Promise<string[]>} names of the files
 */
export async function writeFiles(folder, report) {
  await mkdir(folder, { recursive: true });
  const { machine, command, measures } = report;
  const caption = describeMachine(machine);
  const files = {
    'results.json': `${JSON.stringify(withoutCurves(report), rounded, 2)}\n`,
    'results.md': `${caption}; \`${command}\`\n\n${markdownTable(measures.flatMap(({ lines }) => lines))}\n`,
  };
  // Loaded only now: whoever wants figures alone need not have it.
  const { draw } = await import('./curves.mjs');
  for (const { curve } of measures) {
    if (curve) files[`${curve.name}.svg`] = draw(curve, caption);
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return Object.keys(files);
}

function withoutCurves({ measures, ...rest }) {
  return { ...rest, measures: measures.map(({ curve, ...measure }) => measure) };
}

function rounded(_, value) {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}
