import { variables } from './settings.js';

/** Shorter names resemble too much that means something else, as `PORTS`. */
const SHORTEST_NAME = 8;

/**
 * A line for each variable that is not read, but differs by one character from one that is. Only a
 * guess: the other one is unset, so that programs side by side may have variables of similar names.
 */
export function misspelledVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = variables.map(({ name }) => name);
  const unset = known.filter((name) => !environment[name] && name.length >= SHORTEST_NAME);
  return Object.keys(environment)
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const likely = unset.find((candidate) => isOneEditAway(name, candidate));
      return likely ? [`${name} is not read: perhaps ${likely} is meant`] : [];
    });
}

/** One character more, less, or another one; or two neighbours in the other order. */
function isOneEditAway(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const isSwap = left.length === 2 && left === right[1]! + right[0]!;
  return isSwap || Math.max(left.length, right.length) === 1;
}
