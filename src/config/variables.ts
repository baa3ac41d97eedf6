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
   * @throws {Error} whose message completes the sentence "NAME must be …"; it never repeats the
   * given text, which may be a secret
   */
  parse(text: string): T;
}

/** A whole number from `min` to `max`, written in digits alone: no sign, no fraction, no exponent. */
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
      if (!/^\d{1,15}$/.test(text) || value < min || value > max) {
        throw new Error(`a whole number from ${min} to ${max}`);
      }
      return value;
    },
  };
}

/** Free text; `check` names what is wrong with it, or answers undefined. */
export function text<F extends string | undefined>(
  name: string,
  meaning: string,
  fallback: F,
  check: (text: string) => string | undefined = () => undefined,
): Variable<string | F> {
  return {
    name,
    meaning,
    fallback,
    parse: (value) => {
      const problem = check(value);
      if (problem) throw new Error(problem);
      return value;
    },
  };
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
      if (chosen === undefined) throw new Error(choices.map((word) => `"${word}"`).join(' or '));
      return chosen;
    },
  };
}

/** A comma-separated list; `check` is asked of every entry. */
export function list(
  name: string,
  meaning: string,
  check: (entry: string) => string | undefined,
): Variable<string[]> {
  return {
    name,
    meaning,
    fallback: [],
    parse: (value) => {
      const entries = value.split(',').map((entry) => entry.trim());
      for (const entry of entries) {
        const problem = check(entry);
        if (problem) throw new Error(problem);
      }
      return entries;
    },
  };
}

/** For {@link text}: the problem of an address whose scheme is none of `schemes`. */
export function address(...schemes: string[]): (text: string) => string | undefined {
  return (value) =>
    schemes.some((scheme) => value.startsWith(`${scheme}://`)) && URL.canParse(value)
      ? undefined
      : `an address that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
}
