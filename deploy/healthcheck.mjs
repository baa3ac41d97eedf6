// Exit code 0 while this process answers: for HEALTHCHECK, in an image without curl. It asks liveness,
// not readiness: a database that is unavailable must not have every instance started again.
import { get } from 'node:http';

/** Below the timeout of HEALTHCHECK, so that it is this that says why. */
const TIMEOUT_MS = 2_500;
/** Addresses that mean all interfaces, and where such a server can be reached. */
const LOOPBACK = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' };

const given = process.env.HOST ?? '';
const host = LOOPBACK[given] ?? given;
const port = process.env.PORT || 3000;

function end(problem) {
  if (problem) console.error(`Liveness of ${host}, port ${port}: ${problem}`);
  process.exit(problem ? 1 : 0);
}

get({ host, port, path: '/health/live', timeout: TIMEOUT_MS }, ({ statusCode }) =>
  end(statusCode === 200 ? undefined : `status ${statusCode}`),
)
  .on('timeout', () => end(`no answer within ${TIMEOUT_MS} ms`))
  .on('error', ({ code, message }) => end(message || code));
