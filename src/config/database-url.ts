import { requireParameters } from './database-url-parameters.js';
import { parseServerUrl } from './server-url.js';

const EXAMPLE = 'postgres://user:password@host:5432/name';

/**
 * The address of a database, when it means to the driver what it says. What the driver would leave
 * aside in silence, as the second of two hosts, is refused.
 * @returns the address for the driver
 * @throws {Error} whose message completes the sentence "NAME …", and repeats no value
 */
export function databaseUrl(value: string): string {
  const { userInfo, host, port, path, query } = parseServerUrl(value, EXAMPLE, [
    'postgres',
    'postgresql',
  ]);
  const [user = '', password = ''] = userInfo.split(':');
  if (path === '') throw new Error(`must name a database after the host, as in ${EXAMPLE}`);
  // The driver decodes the name by decodeURI, which leaves these as they are.
  if (/[;/?:@&=+$,]|%(2[346bcf]|3[abdf]|40)/i.test(path)) {
    throw new Error('must name a database whose name holds none of ; / ? : @ & = + $ , #');
  }
  const parameters = new URLSearchParams(query);
  requireParameters(parameters, { user, password, host, port });
  // A user at a socket has no host; the driver puts one in, as here.
  if (!URL.canParse(host === '' ? value.replace('@/', '@host/') : value)) {
    throw new Error(`must be an address like ${EXAMPLE}`);
  }
  // To the driver they are the same, but it warns of that in eight lines at each start.
  return parameters.get('uselibpqcompat') === 'true'
    ? value
    : value.replace(/(?<=[?&]sslmode=)(require|verify-ca)(?=&|$)/, 'verify-full');
}
