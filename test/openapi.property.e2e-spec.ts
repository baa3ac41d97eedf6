import fc from 'fast-check';
import { startApp, type TestApp } from './support/app.js';
import type { Person } from './support/board.js';
import { createDatabase } from './support/database.js';
import { readDocument } from './support/document.js';
import { allowedInputs, forbiddenInputs, type Input } from './support/documented.js';
import { misfits, type Operation, operationsOf } from './support/openapi.js';

const RUNS = 30;
/** Of what hashes a password, which takes as long as many other requests. */
const SLOW_RUNS = 6;
const SLOW = ['/api/user/signup', '/api/user/login', '/api/user/password'];

/** Documented for other inputs than those that the document allows, and for other moments. */
const NOT_FOR_ALLOWED = [400, 413, 414, 415, 429, 503];

interface Answer {
  status: number;
  type: string;
  body: unknown;
}

// The application counts what is sent per minute, and how many streams one user has; both are not the
// question here.
const settings = { RATE_LIMIT: 'off', SSE_MAX_STREAMS_PER_USER: '1000' };
const board: TestApp = await startApp(settings, await createDatabase());
const document = await readDocument(board.database);
const operations = operationsOf(document);

afterAll(async () => {
  await board.stop();
  await board.database.drop();
});

const runsOf = (path: string) => ({ numRuns: SLOW.includes(path) ? SLOW_RUNS : RUNS });

/** The id of a new post: its author's who calls, or somebody else's. */
async function existingId(path: string, caller: Person, isOwn: boolean): Promise<string> {
  if (!path.includes('{id}')) return '';
  const author = isOwn ? caller : await board.person();
  const question = await board.ask(author);
  return String(path.includes('/answer/{') ? await board.answer(author, question) : question);
}

async function send(
  method: string,
  path: string,
  { id = '', query, headers, body }: Input,
  token: string | undefined,
): Promise<Answer> {
  const url = new URL(board.url + path.replace('{id}', encodeURIComponent(id)));
  url.search = new URLSearchParams(query).toString();
  const response = await fetch(url, {
    method,
    headers: {
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  if (type === 'text/event-stream') {
    await response.body?.cancel();
    return { status: response.status, type, body: [] };
  }
  const text = await response.text();
  const isJson = type === 'application/json';
  return { status: response.status, type, body: isJson ? JSON.parse(text) : text };
}

/** Where an answer differs from what the operation documents for its status. */
function faults({ responses }: Operation, { status, type, body }: Answer): string[] {
  const documented = responses[status];
  if (!documented) return [`${status} is not documented`];
  if (!documented.content) return body === '' ? [] : [`${status} with a body`];
  const content = documented.content[type];
  return content ? misfits(body, content.schema, document) : [`${status} with ${type}`];
}

it.each(operations)(
  'input of %s %s that the document allows gets an answer that it documents',
  async (method, path, operation) => {
    const isOptional = operation.security!.some((one) => Object.keys(one).length === 0);
    const inputs = allowedInputs(operation, document);
    const hasToken = isOptional ? fc.boolean() : fc.constant(operation.security!.length > 0);
    await fc.assert(
      fc.asyncProperty(inputs, hasToken, fc.boolean(), async (input, withToken, isOwn) => {
        const caller = await board.person();
        const id = input.id ?? (await existingId(path, caller, isOwn));
        const token = withToken ? caller.token : undefined;
        const answer = await send(method, path, { ...input, id }, token);
        expect(NOT_FOR_ALLOWED).not.toContain(answer.status);
        expect([answer.status, faults(operation, answer)]).toEqual([answer.status, []]);
      }),
      runsOf(path),
    );
  },
);

describe('guarded operations', () => {
  const guarded = operations.filter(
    ([, , { security }]) =>
      security!.some((one) => 'bearer' in one) &&
      security!.every((one) => Object.keys(one).length > 0),
  );

  it.each(guarded)(
    'input of %s %s that the document allows gets 401 without a token',
    async (method, path, operation) => {
      await fc.assert(
        fc.asyncProperty(allowedInputs(operation, document), async (input) => {
          const answer = await send(method, path, { ...input, id: input.id ?? '1' }, undefined);
          expect([answer.status, faults(operation, answer)]).toEqual([401, []]);
        }),
        runsOf(path),
      );
    },
  );
});

describe('forbidden input', () => {
  const refusing = operations.filter(
    ([, , { parameters = [], requestBody }]) =>
      requestBody || parameters.some(({ schema }) => schema.type === 'integer'),
  );

  it.each(refusing)(
    'input of %s %s that the document forbids gets 400',
    async (method, path, operation) => {
      const { token } = await board.person();
      await fc.assert(
        fc.asyncProperty(forbiddenInputs(operation, document), async (input) => {
          const answer = await send(method, path, { ...input, id: input.id ?? '1' }, token);
          expect([answer.status, faults(operation, answer)]).toEqual([400, []]);
        }),
        { numRuns: 2 * RUNS },
      );
    },
  );
});
