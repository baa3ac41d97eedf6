import { randomBytes } from 'node:crypto';

/** Of every server that the browser tests start. */
export const ENVIRONMENT = {
  JWT_SECRET: randomBytes(32).toString('hex'),
  RATE_LIMIT: 'off',
  SSE_HEARTBEAT_SECONDS: '1',
};
