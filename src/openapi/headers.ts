import type { HeaderObject, HeadersObject } from '@nestjs/swagger';

/** Headers of answers, as components of the document. */
export const HEADERS = {
  RequestId: {
    description: 'Names the request in the log. Taken from the request, where it sends a good one',
    required: true,
    schema: { type: 'string', pattern: '^[\\w.-]{1,64}$' },
    example: '0d4b6f2e-7a1c-4f0e-9a35-2f6b8c1d7e90',
  },
  RetryAfter: {
    description: 'Seconds after which to try again',
    required: true,
    schema: { type: 'integer', minimum: 0 },
    example: 2,
  },
  Authenticate: {
    description: 'How to authenticate',
    required: true,
    schema: { type: 'string', enum: ['Bearer'] },
  },
} satisfies Record<string, HeaderObject>;

const refer = (name: keyof typeof HEADERS) => ({ $ref: `#/components/headers/${name}` });

/** Of every answer. */
export const COMMON_HEADERS: HeadersObject = { 'X-Request-Id': refer('RequestId') };

/** Of an error with that status. */
export function errorHeaders(status: number): HeadersObject {
  return {
    ...COMMON_HEADERS,
    ...(status === 401 && { 'WWW-Authenticate': refer('Authenticate') }),
    ...((status === 429 || status === 503) && { 'Retry-After': refer('RetryAfter') }),
  };
}
