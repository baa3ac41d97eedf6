// Given to a server with `node --import <this file>?<name of a mutation>`.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MUTATION_FAILED, MUTATIONS } from './mutations.js';
import type { Rewritten } from './mutate-hook.js';

const name = new URL(import.meta.url).search.slice(1);
const { file, from, to } = MUTATIONS[name]!.rewrite!;
const path = resolve('dist', 'src', file);
const source = readFileSync(path, 'utf8');
const pieces = source.split(from);
// Once, or it would not be known what was changed.
if (pieces.length !== 2) {
  console.error(`${MUTATION_FAILED}: ${name} expects ${from} once in ${file}`);
  process.exit(1);
}
const data: Rewritten = { url: pathToFileURL(path).href, source: pieces.join(to) };
register('./mutate-hook.js', import.meta.url, { data });
