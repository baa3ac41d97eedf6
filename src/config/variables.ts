/** One environment variable: its name, what it means, and how its text becomes a value. */
export interface Variable<T> {
  /** Name in the environment. */
  name: string;
  /** Shown in `.env.example`; says the unit. */
  meaning: string;
  /** Value when the variable is unset or empty. */
  fallback: T;
  /**
   * @returns the value
   * @throws {Error} whose message completes the sentence "NAME …"; it never repeats the given text,
   * which may be a secret
   */
  parse(text: string): T;
}

/** A whole number from `min` to `max`, in digits alone: no sign, no fraction, no leading zero. */
export function integer(
  name: string,
  meaning: string,
  fallback: number,
  [min, max]: [number, number],
): Variable<number> {
  return {
    name,
    meaning,
    fallback,
    parse: (text) => {
      const value = Number(text);
      const isPlain = /^(0|-?[1-9]\d*)$/.test(text);
      if (isPlain && value >= min && value <= max) return value;
      const how = isPlain ? '' : ', in digits alone and without leading zeros';
      throw new Error(`must be a whole number from ${min} to ${max}${how}`);
    },
  };
}

/** Free text, or what `read` makes of it; `read` throws what is wrong with it, as `parse` does. */
export function text<F extends string | undefined>(
  name: string,
  meaning: string,
  fallback: F,
  read: (text: string) => string = (value) => value,
): Variable<string | F> {
  return { name, meaning, fallback, parse: read };
}

/** One of a few words; the first is the default. */
export function choice<const C extends string>(
  name: string,
  meaning: string,
  choices: [C, ...C[]],
): Variable<C> {
  return {
    name,
    meaning,
    fallback: choices[0],
    parse: (value) => {
      const chosen = choices.find((word) => word === value);
      if (chosen === undefined) {
        throw new Error(`must be ${choices.map((word) => `"${word}"`).join(' or ')}`);
      }
      return chosen;
    },
  };
}

/** A comma-separated list, each entry once, as `read` gives it back or throws as `parse` does. */
export function list(
  name: string,
  meaning: string,
  read: (entry: string) => string,
): Variable<string[]> {
  return {
    name,
    meaning,
    fallback: [],
    parse: (value) => [...new Set(value.split(',').map((entry) => read(entry.trim())))],
  };
}
