// Part of `npm run lint`: no file uses a word that docs/glossary.md replaces by the field's own term.
// Of those words, only these are never right; others are also ordinary verbs.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT } from './lib/run.mjs';

const FORBIDDEN =
  /\b(tally|tallies|seats?|saboteurs?|victims?|farewells?|parting|patience|hopeless|told|he|him|his)\b/i;
const CHECKED = /\.(ts|mjs|cjs|js|md|html|css|ya?ml|conf|template)$/;
/** `keep-told-events`: databases hold the name of this migration. */
const SKIPPED =
  /^(node_modules|dist|generated|\.git|check-vocabulary\.mjs|\d+-keep-told-events\.ts)$/;

const found = await Promise.all((await filesBelow('')).map(wordsIn));
for (const line of found.flat()) console.error(line);
process.exitCode = found.flat().length > 0 ? 1 : 0;

async function filesBelow(folder) {
  const entries = await readdir(join(PROJECT, folder), { withFileTypes: true });
  const kept = entries.filter(({ name }) => !SKIPPED.test(name));
  const nested = kept.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return CHECKED.test(entry.name) ? [path] : [];
  });
  return (await Promise.all(nested)).flat();
}

async function wordsIn(file) {
  const text = await readFile(join(PROJECT, file), 'utf8');
  return text.split('\n').flatMap((line, index) => {
    const [word] = FORBIDDEN.exec(separated(line)) ?? [];
    return word ? [`${file}:${index + 1}: "${word}" is not a word of this project`] : [];
  });
}

/** Parts of names become words: `isHopeless` and `is_hopeless` hold one of the above. */
function separated(line) {
  return line.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ');
}
