import { accessSync, constants, statSync } from 'node:fs';
import { requirePort } from './server-url.js';

/** Throws what is wrong with a value, as the end of the sentence "DATABASE_URL …". */
type Check = (value: string, name: string) => void;

const anything: Check = () => undefined;

function oneOf(...values: string[]): Check {
  return (value, name) => {
    if (!values.includes(value))
      throw new Error(`must have as ${name} one of ${values.join(', ')}`);
  };
}

const oneHost: Check = (value) => {
  if (value.includes(',')) {
    throw new Error('must name one host, not several: let a proxy or a DNS name stand for them');
  }
};

const readableFile: Check = (value, name) => {
  try {
    accessSync(value, constants.R_OK);
    if (statSync(value).isFile()) return;
  } catch {
    // Said below.
  }
  throw new Error(`must have as ${name} a file that exists and can be read`);
};

/**
 * What the driver acts upon. Not among them: what libpq knows and the driver passes over in silence
 * (`connect_timeout`, `channel_binding`, `target_session_attrs` and others), and what would replace
 * values that this program relies on (`statement_timeout`, `client_encoding` and others).
 */
const PARAMETERS = new Map<string, Check>([
  ['host', oneHost],
  ['port', requirePort],
  ['user', anything],
  ['password', anything],
  ['application_name', anything],
  ['options', anything],
  ['ssl', oneOf('true', 'no-verify')],
  ['sslmode', oneOf('disable', 'no-verify', 'require', 'verify-ca', 'verify-full')],
  ['sslrootcert', readableFile],
  ['sslcert', readableFile],
  ['sslkey', readableFile],
  ['sslnegotiation', oneOf('postgres', 'direct')],
  ['uselibpqcompat', oneOf('true')],
]);

/**
 * @param given what stands before the `?`, by the names of parameters; empty: nothing
 * @throws {Error} whose message completes the sentence "NAME …"; it repeats the name of a parameter
 * and no value
 */
export function requireParameters(
  parameters: URLSearchParams,
  given: Record<string, string>,
): void {
  if (parameters.has('ssl') && parameters.has('sslmode')) {
    throw new Error('must have ssl or sslmode, not both');
  }
  for (const [name, value] of parameters) {
    const check = PARAMETERS.get(name);
    if (!check) throw new Error(unknown(name));
    if (value === '') throw new Error(`must have a value for ${name}, or not name it`);
    if (given[name] || parameters.getAll(name).length > 1)
      throw new Error(`must give ${name} once`);
    check(value, name);
  }
}

function unknown(name: string): string {
  // Anything else is no name that somebody would look for, but perhaps a piece of a password.
  const shown = /^[a-z][a-z_]{0,62}$/i.test(name) ? `the parameter ${name}` : 'such a parameter';
  return `must not have ${shown}: allowed are ${[...PARAMETERS.keys()].join(', ')}`;
}
