import { listenFailure } from './listen-failure.js';

const failure = (code: string, syscall = 'listen'): Error =>
  Object.assign(new Error(`${syscall} ${code}`), { code, syscall });

it.each([
  ['EADDRINUSE', 'listen', 'Another program uses it: end that one, or choose another PORT.'],
  ['EACCES', 'listen', 'Ports below 1024 need a privilege: choose another PORT.'],
  ['EADDRNOTAVAIL', 'listen', 'HOST is no address of this machine: correct it.'],
  ['ENOTFOUND', 'getaddrinfo', 'HOST does not resolve: correct it.'],
  ['EAI_AGAIN', 'getaddrinfo', 'HOST does not resolve: correct it.'],
  ['EINVAL', 'listen', 'HOST is no address to listen on: correct it.'],
])('a server that cannot listen for %s is described with advice', (code, syscall, advice) => {
  expect(listenFailure(failure(code, syscall))).toBe(
    `PORT and HOST cannot be listened on: ${syscall} ${code}. ${advice}`,
  );
});

it('a server that cannot listen for an unknown reason is described by the reason', () => {
  expect(listenFailure(failure('EMFILE'))).toBe(
    'PORT and HOST cannot be listened on: listen EMFILE',
  );
});

it('a failure of anything but listening is not described', () => {
  expect(listenFailure(failure('ENOENT', 'open'))).toBeUndefined();
});
