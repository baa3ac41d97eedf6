const ADVICE: Record<string, string> = {
  EADDRINUSE: 'Another program uses it: end that one, or choose another PORT.',
  EACCES: 'Ports below 1024 need a privilege: choose another PORT.',
  EADDRNOTAVAIL: 'HOST is no address of this machine: correct it.',
  ENOTFOUND: 'HOST does not resolve: correct it.',
  EAI_AGAIN: 'HOST does not resolve: correct it.',
  EINVAL: 'HOST is no address to listen on: correct it.',
};

/** One line, when `error` is of a server that cannot listen: what failed, and what to do. */
export function listenFailure(error: unknown): string | undefined {
  const { syscall, code = '', message } = error as NodeJS.ErrnoException;
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return undefined;
  const line = `PORT and HOST cannot be listened on: ${message}`;
  return ADVICE[code] ? `${line}. ${ADVICE[code]}` : line;
}
