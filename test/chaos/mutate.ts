// Given to a server with `node --import <this file>?<name of a mutation>`.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mutate, MUTATIONS } from './mutations.js';
import type { Rewritten } from './mutate-hook.js';

const name = new URL(import.meta.url).search.slice(1);
const path = resolve('dist', 'src', MUTATIONS[name]!.rewrite!.file);
const source = mutate(name, readFileSync(path, 'utf8'));
const data: Rewritten = { url: pathToFileURL(path).href, source };
register('./mutate-hook.js', import.meta.url, { data });
