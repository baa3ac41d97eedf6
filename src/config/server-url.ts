/** The parts of `scheme://user:password@host:port/path?query`, as they are written. */
export interface ServerUrl {
  userInfo: string;
  host: string;
  port: string;
  /** Without the slash that begins it. */
  path: string;
  query: string;
}

/** `[::1]:5432`, `db.example`, `:5432`; in a name, `%2F` stands for the slashes of a socket. */
const HOST_AND_PORT = /^(?<host>\[[\da-f:.]+\]|[^:[\]]*)(?::(?<port>\d*))?$/i;

/**
 * Takes an address apart. `URL` alone would not do: it takes `#`, `?` and `/` in a password for the
 * end of the address of the server, and says of whatever it refuses no more than that it is invalid.
 * @throws {Error} whose message completes the sentence "NAME …", and repeats nothing of the address
 */
export function parseServerUrl(value: string, example: string, schemes: string[]): ServerUrl {
  const [scheme = '', ...rest] = value.split('://');
  if (!schemes.includes(scheme) || rest.length === 0) {
    throw new Error(`must be an address like ${example}`);
  }
  if (/[\s\p{Cc}]/u.test(value))
    throw new Error('must not hold white space: a space is written %20');
  const [address = '', query = '', ...more] = rest.join('://').split('?');
  const [authority, path] = splitAtFirst(address, '/');
  requireEncoded(value, [path, query, ...more]);
  const at = authority.lastIndexOf('@');
  const hostAndPort = authority.slice(at + 1);
  if (hostAndPort.includes(',')) {
    throw new Error('must name one host, not several: let a proxy or a DNS name stand for them');
  }
  const found = HOST_AND_PORT.exec(hostAndPort)?.groups;
  if (!found) {
    throw new Error(`must name its host as in ${example}; an IPv6 address is in brackets: [::1]`);
  }
  const { host = '', port = '' } = found;
  if (port !== '') requirePort(port);
  return { userInfo: authority.slice(0, Math.max(at, 0)), host, port, path, query };
}

/** @throws {Error} as {@link parseServerUrl} */
export function requirePort(port: string): void {
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) {
    throw new Error('must have a port from 1 to 65535');
  }
}

/** What separates the parts may be in none of them. */
function requireEncoded(value: string, afterHost: string[]): void {
  if (value.includes('#')) throw new Error('must not hold a #: it is written %23');
  if (afterHost.length > 2 || afterHost.some((part) => part.includes('@'))) {
    throw new Error(
      'must not hold an @ after the host: in a password a ? is %3F, a / is %2F and an @ is %40',
    );
  }
  try {
    decodeURIComponent(value);
  } catch {
    throw new Error('must not hold a % alone: it is written %25, also in a password');
  }
}

function splitAtFirst(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
