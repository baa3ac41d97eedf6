import { isIP } from 'node:net';
import type { Variable } from './variables.js';

/** Proxies whose word for a client's address counts: how many, or which; none by default. */
export type TrustedProxies = number | string[];

const NAMED_SUBNETS = ['loopback', 'linklocal', 'uniquelocal'];

/** As Express takes them: a number of hops, or addresses, subnets and the names of some. */
export function proxies(name: string, meaning: string): Variable<TrustedProxies> {
  return {
    name,
    meaning,
    fallback: [],
    parse: (text) => {
      if (/^(0|[1-9]\d?)$/.test(text)) return Number(text);
      const entries = text.split(',').map((entry) => entry.trim());
      if (entries.every(isProxy)) return entries;
      throw new Error(
        `must be a number of proxies, or a comma-separated list of addresses, subnets like 10.0.0.0/8 (none of all addresses), ${NAMED_SUBNETS.join(', ')}`,
      );
    },
  };
}

function isProxy(entry: string): boolean {
  if (NAMED_SUBNETS.includes(entry)) return true;
  const [ip = '', bits, ...rest] = entry.split('/');
  const longest = isIP(ip) === 4 ? 32 : 128;
  return (
    isIP(ip) !== 0 &&
    rest.length === 0 &&
    // Of all addresses there are none: whoever wants that says how many proxies there are.
    (bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= longest))
  );
}
