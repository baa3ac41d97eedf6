import { readable } from '../statistics.mjs';

const HEAD = ['measure', 'figures', 'ratio', 'target', 'verdict'];

/** @param {import('./lines.mjs').Line[]} lines @returns {string} for a terminal */
export function plainTable(lines) {
  const rows = [HEAD, ...lines.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** @param {import('./lines.mjs').Line[]} lines @returns {string} Markdown */
export function markdownTable(lines) {
  const rows = [HEAD, HEAD.map(() => '---'), ...lines.map(cells)];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function cells({ what, figures, ratio, target = '', isMet }) {
  const verdict = isMet === undefined ? 'reported' : isMet ? 'met' : 'missed';
  return [what, figures, ratio === undefined ? '' : readable(ratio), target, verdict];
}
