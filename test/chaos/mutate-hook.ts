import type { InitializeHook, LoadHook } from 'node:module';

/** A file, and what is loaded in its place. */
export interface Rewritten {
  url: string;
  source: string;
}

let rewritten: Rewritten;

export const initialize: InitializeHook<Rewritten> = (data) => {
  rewritten = data;
};

export const load: LoadHook = (url, context, nextLoad) =>
  url === rewritten.url
    ? { format: 'module', source: rewritten.source, shortCircuit: true }
    : nextLoad(url, context);
