import { isIP } from 'node:net';
import { z } from 'zod';

// Kinds of values of environment variables. Each message completes the sentence "NAME …", and repeats
// nothing of the value: it may be a secret.

/** Labels of letters, digits, `-` and `_`; the last one is no number, or it would be an address. */
const HOST_NAME =
  /^(?=.{1,253}$)([a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?\.)*(?!\d+$)[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?\.?$/i;

/** Text without what the files that variables are written in add by mistake. */
export const text = z
  .string()
  .refine((value) => value === value.trim(), {
    error: 'must not begin or end with white space: remove it',
    abort: true,
  })
  .refine((value) => !/^(["']).*\1$/s.test(value), {
    error: 'must not be in quotes: remove them',
    abort: true,
  })
  // What Node makes of bytes that it cannot read: different secrets would become the same.
  .refine((value) => !value.includes('\uFFFD'), { error: 'must be in UTF-8', abort: true });

/** A whole number from `min` to `max`, in digits alone: no sign, no fraction, no leading zero. */
export function integer(fallback: number, [min, max]: [number, number]) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return text
    .regex(/^(0|-?[1-9]\d*)$/, `${rule}, in digits alone and without leading zeros`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, rule)
    .default(fallback);
}

/** One of a few words; the first is the default. */
export function choice<const Word extends string>(...words: [Word, ...Word[]]) {
  const error = `must be ${words.map((word) => `"${word}"`).join(' or ')}`;
  return text.pipe(z.enum(words, error)).default(() => words[0]);
}

/** What `read` makes of the text. An error that it throws is the problem. */
export function readBy(read: (value: string) => string) {
  return text.transform((value, context) => {
    try {
      return read(value);
    } catch (problem) {
      context.addIssue((problem as Error).message);
      return z.NEVER;
    }
  });
}

export const hostName = text.refine(
  (value) => isIP(value) !== 0 || HOST_NAME.test(value),
  'must be an IP address or a host name, like 127.0.0.1, ::1 or localhost, without scheme, port or brackets',
);

const list = text.transform((value) => value.split(',').map((entry) => entry.trim()));

/** Origins as browsers send them, each once. */
export const origins = list
  .refine(
    (entries) => entries.every(isOrigin),
    'must be a comma-separated list of origins as browsers send them, like https://board.example: in lower case, without path, standard port or *',
  )
  .transform((entries) => [...new Set(entries)]);

function isOrigin(value: string): boolean {
  return /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value;
}

const NAMED_SUBNETS = ['loopback', 'linklocal', 'uniquelocal'];

/** As Express takes them: a number of hops, or addresses, subnets and the names of some. */
export const proxies = text.pipe(
  z.union(
    [
      text.regex(/^(0|[1-9]\d?)$/).transform(Number),
      list.refine((entries) => entries.every(isProxy)),
    ],
    `must be a number of proxies, or a comma-separated list of addresses, subnets like 10.0.0.0/8 (none of all addresses), ${NAMED_SUBNETS.join(', ')}`,
  ),
);

const subnet = z.union([z.enum(NAMED_SUBNETS), z.cidrv4(), z.cidrv6()]);

/** Of all addresses there are none: whoever wants that says how many proxies there are. */
function isProxy(entry: string): boolean {
  return isIP(entry) !== 0 || (subnet.safeParse(entry).success && !entry.endsWith('/0'));
}
