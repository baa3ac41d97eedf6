import { parseServerUrl } from './server-url.js';

const EXAMPLE = 'redis://user:password@host:6379/0';

/**
 * The address of a Redis. The client passes over whatever it does not know.
 * @returns the address as it was given
 * @throws {Error} whose message completes the sentence "NAME …", and repeats no value
 */
export function redisUrl(value: string): string {
  const { userInfo, host, path, query } = parseServerUrl(value, EXAMPLE, ['redis', 'rediss']);
  if (host === '') throw new Error(`must name a host, as in ${EXAMPLE}`);
  if (query !== '') throw new Error(`must not have parameters: TLS is asked for by rediss://`);
  if (userInfo !== '' && !/:./.test(userInfo)) {
    throw new Error('must have a password after the user; without a user: redis://:password@host');
  }
  if (!/^(\d|1[0-5])?$/.test(path)) {
    throw new Error(`must have a database from 0 to 15 after the host, as in ${EXAMPLE}`);
  }
  if (!URL.canParse(value)) throw new Error(`must be an address like ${EXAMPLE}`);
  return value;
}
