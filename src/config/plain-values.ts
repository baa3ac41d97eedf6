import { isIP } from 'node:net';

/** Labels of letters, digits, `-` and `_`; the last one is no number, or it would be an address. */
const HOST_NAME =
  /^(?=.{1,253}$)([a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?\.)*(?!\d+$)[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?\.?$/i;

// Each of these gives the text back, or throws an Error whose message completes the sentence
// "NAME …", without a word of the text.

/** What the files that variables are written in add by mistake: it is part of no value. */
export function requirePlain(value: string): void {
  if (value !== value.trim()) {
    throw new Error('must not begin or end with white space: remove it');
  }
  if (/^(["']).*\1$/s.test(value)) throw new Error('must not be in quotes: remove them');
  // What Node makes of bytes that it cannot read: different secrets would become the same.
  if (value.includes('\uFFFD')) throw new Error('must be in UTF-8');
}

export function hostName(value: string): string {
  if (isIP(value) !== 0 || HOST_NAME.test(value)) return value;
  throw new Error(
    'must be an IP address or a host name, like 127.0.0.1, ::1 or localhost, without scheme, port or brackets',
  );
}

export function jwtSecret(value: string): string {
  if (Buffer.byteLength(value) >= 32) return value;
  throw new Error('must be at least 32 bytes long');
}

export function redisPrefix(value: string): string {
  if (/^[\w:.{}/-]{1,100}$/.test(value)) return value;
  throw new Error('must be 1 to 100 letters from a to z, digits, or : . _ - / { }');
}

/** A header may carry spaces and any byte above them; Prometheus and curl send them as they are. */
export function metricsToken(value: string): string {
  if (!/\p{Cc}/u.test(value)) return value;
  throw new Error(
    'must not hold control characters, as a tab or a new line: no header carries them',
  );
}

export function origin(value: string): string {
  if (/^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value)
    return value;
  throw new Error(
    'must be a comma-separated list of origins as browsers send them, like https://board.example: in lower case, without path, standard port or *',
  );
}
