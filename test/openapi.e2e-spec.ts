import { readFile } from 'node:fs/promises';
import request from 'supertest';
import { startApp, type TestApp } from './support/app.js';
import { logIn, signUp } from './support/account.js';
import type { Person } from './support/board.js';
import { createDatabase } from './support/database.js';
import { readDocument } from './support/document.js';
import { closeStreams, EventStream, type Frame } from './support/event-stream.js';
import {
  exampleOf,
  misfits,
  type Operation,
  operationsOf,
  resolve,
  type Schema,
} from './support/openapi.js';
import { provocations } from './support/provocations.js';

/** Who may call a route. */
type Security = 'nobody' | 'token' | 'optional' | 'stream' | 'metrics';

const SECURITY: Record<Security, object[]> = {
  nobody: [],
  token: [{ bearer: [] }],
  optional: [{}, { bearer: [] }],
  stream: [{ bearer: [] }, { stream_token: [] }],
  metrics: [{ metrics_token: [] }, {}],
};

/** Every route, its security, its success, and the errors it documents. */
const ROUTES: [string, string, Security, number, number[]][] = [
  ['POST', '/api/user/signup', 'nobody', 201, [400, 409, 413, 414, 415, 429, 503]],
  ['POST', '/api/user/login', 'nobody', 200, [400, 401, 413, 414, 415, 429, 503]],
  ['POST', '/api/user/renew', 'token', 200, [400, 401, 414, 429, 503]],
  ['POST', '/api/user/logout', 'token', 204, [400, 401, 414, 429, 503]],
  ['PUT', '/api/user/password', 'token', 200, [400, 401, 403, 413, 414, 415, 429, 503]],
  ['GET', '/api/user/me', 'token', 200, [401, 414, 503]],
  ['PUT', '/api/user/me', 'token', 200, [400, 401, 413, 414, 415, 429, 503]],
  ['POST', '/api/question', 'token', 201, [400, 401, 413, 414, 415, 429, 503]],
  ['GET', '/api/question/list', 'optional', 200, [400, 401, 414, 503]],
  ['GET', '/api/question/{id}', 'optional', 200, [400, 401, 404, 414, 503]],
  ['PUT', '/api/question/{id}', 'token', 200, [400, 401, 403, 404, 413, 414, 415, 429, 503]],
  ['DELETE', '/api/question/{id}', 'token', 204, [400, 401, 403, 404, 414, 429, 503]],
  ['POST', '/api/question/{id}/vote', 'token', 200, [400, 401, 404, 414, 429, 503]],
  ['DELETE', '/api/question/{id}/vote', 'token', 200, [400, 401, 404, 414, 429, 503]],
  ['POST', '/api/question/{id}/answer', 'token', 201, [400, 401, 404, 413, 414, 415, 429, 503]],
  ['GET', '/api/answer/{id}', 'optional', 200, [400, 401, 404, 414, 503]],
  ['PUT', '/api/answer/{id}', 'token', 200, [400, 401, 403, 404, 413, 414, 415, 429, 503]],
  ['DELETE', '/api/answer/{id}', 'token', 204, [400, 401, 403, 404, 414, 429, 503]],
  ['POST', '/api/answer/{id}/vote', 'token', 200, [400, 401, 404, 414, 429, 503]],
  ['DELETE', '/api/answer/{id}/vote', 'token', 200, [400, 401, 404, 414, 429, 503]],
  ['GET', '/api/notification/list', 'token', 200, [400, 401, 414, 503]],
  ['PUT', '/api/notification/read', 'token', 200, [400, 401, 413, 414, 415, 429, 503]],
  ['PUT', '/api/notification/read-all', 'token', 200, [400, 401, 414, 429, 503]],
  ['POST', '/api/notification/stream-token', 'token', 201, [400, 401, 414, 429, 503]],
  ['GET', '/api/notification/stream', 'stream', 200, [401, 414, 429]],
  ['GET', '/health/live', 'nobody', 200, [414]],
  ['GET', '/health/ready', 'nobody', 200, [414, 503]],
  ['GET', '/metrics', 'metrics', 200, [401, 404, 414]],
];
const STREAM = '/api/notification/stream';
/** Their 401 or 404 is about no token and no id. */
const OTHER_REASONS = ['/api/user/login', '/metrics'];
const EVENTS = ['Connected', 'Notification', 'Read', 'Heartbeat', 'Expired'];

// Read before the tests are named: they walk what the document holds, whatever that is.
const board: TestApp = await startApp({ SSE_HEARTBEAT_SECONDS: '1' }, await createDatabase());
const document = await readDocument(board.database);
const operations = operationsOf(document);
const provoke = provocations(board, document);

// The documented log-in is that of who signs up as documented.
const inOrder = [
  ...operations.filter(([, path]) => path === '/api/user/signup'),
  ...operations.filter(([, path]) => path !== '/api/user/signup' && path !== STREAM),
];

afterAll(async () => {
  await board.stop();
  await board.database.drop();
});
afterEach(closeStreams);

const find = (method: string, path: string): Operation | undefined =>
  document.paths[path]?.[method.toLowerCase()];

it('the OpenAPI document has the version of the package', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  expect(document.info.version).toBe(version);
});

it('the OpenAPI document has the licence of the package', () => {
  expect(document.info.license?.name).toBe('MIT');
});

it('the OpenAPI document names the server that it comes from', () => {
  expect(document.servers?.map(({ url }) => url)).toEqual(['/']);
});

it('the OpenAPI document has every route, and no other', () => {
  const routes = operations.map(([method, path]) => `${method} ${path}`);
  expect(routes.sort()).toEqual(ROUTES.map(([method, path]) => `${method} ${path}`).sort());
});

it.each(ROUTES)('the OpenAPI document says who may call %s %s: %s', (method, path, security) => {
  expect(find(method, path)?.security).toEqual(SECURITY[security]);
});

it.each(ROUTES)(
  'the OpenAPI document has the success and the errors of %s %s',
  (method, path, _, success, errors) => {
    const statuses = Object.keys(find(method, path)?.responses ?? {});
    expect(statuses).toEqual([success, ...errors].map(String));
  },
);

it.each(operations)('the OpenAPI document sums up %s %s', (_, __, { summary }) => {
  expect(summary).toMatch(/\w$/);
});

it.each(operations)(
  'the OpenAPI document has the id of the request in every answer of %s %s',
  (_, __, operation) => {
    const without = Object.values(operation.responses).filter(
      ({ headers }) => headers?.['X-Request-Id'] === undefined,
    );
    expect(without).toEqual([]);
  },
);

it.each(operations)(
  'the OpenAPI document has an example of every answer of %s %s',
  (_, __, { responses }) => {
    const without = Object.entries(responses).filter(([, { content = {} }]) =>
      Object.values(content).some(
        (one) => one.example === undefined && !isWhole(exampleOf(one.schema, document)),
      ),
    );
    expect(without.map(([status]) => status)).toEqual([]);
  },
);

it.each(operations.filter(([, , { requestBody }]) => requestBody))(
  'the OpenAPI document has an example of the body of %s %s',
  (_, __, operation) => {
    expect(isWhole(exampleOf(bodySchema(operation)!, document))).toBe(true);
  },
);

it.each(operations)(
  'the OpenAPI document has examples that fit their schemas: %s %s',
  (_, __, { responses }) => {
    const wrong = Object.values(responses).flatMap(({ content = {} }) =>
      Object.values(content).flatMap(({ schema, example }) =>
        misfits(example ?? exampleOf(schema, document), schema, document, 'example'),
      ),
    );
    expect(wrong).toEqual([]);
  },
);

it.each(operations)(
  'the OpenAPI document bounds the numbers and knows the texts of %s %s',
  (_, __, operation) => {
    const schemas = (operation.parameters ?? []).map(({ schema }) => schema);
    const isBounded = ({ type, minimum, maximum }: Schema) =>
      type === 'string' || (type === 'integer' && minimum !== undefined && maximum !== undefined);
    expect(schemas.filter((schema) => !isBounded(resolve(schema, document)))).toEqual([]);
  },
);

it('the OpenAPI document has integers with bounds for numbers of every body', () => {
  const unbounded = Object.entries(document.components.schemas).flatMap(([name, { properties }]) =>
    Object.entries(properties ?? {})
      .filter(
        ([, field]) =>
          field.type === 'number' || (field.type === 'integer' && field.maximum === undefined),
      )
      .map(([field]) => `${name}.${field}`),
  );
  expect(unbounded).toEqual([]);
});

it('the OpenAPI document limits a keyword to text of at most 200 characters', () => {
  const { parameters = [] } = find('GET', '/api/question/list')!;
  const keyword = parameters.find(({ name }) => name === 'keyword');
  expect(keyword).toMatchObject({ required: false, schema: { type: 'string', maxLength: 200 } });
});

it('the OpenAPI document has one optional header of the stream', () => {
  const { parameters = [] } = find('GET', STREAM)!;
  const headers = parameters.filter((one) => one.in === 'header');
  expect(headers.map(({ name, required }) => [name, required])).toEqual([['Last-Event-ID', false]]);
});

it('the OpenAPI document refers to every event of the stream', () => {
  const { schema } = find('GET', STREAM)!.responses['200']!.content!['text/event-stream']!;
  expect(schema.items?.oneOf).toEqual(
    EVENTS.map((event) => ({ $ref: `#/components/schemas/${event}Event` })),
  );
});

it.each(inOrder)(
  '%s %s, called as documented, does what the document says',
  async (method, path, operation) => {
    const as = await logIn(board, await signUp(board));
    const { status, body } = await call(method, path, operation, as);
    const [documented] = Object.keys(operation.responses).filter((code) => code < '300');
    const [content] = Object.values(operation.responses[status]?.content ?? {});
    const schema = content?.schema;
    const wrong = schema ? misfits(body, schema, document) : body === '' ? [] : ['a body'];
    expect([String(status), wrong]).toEqual([documented, []]);
  },
);

it.each(operations.filter(([method, , { requestBody }]) => method !== 'GET' && !requestBody))(
  '%s %s refuses fields, as it documents none',
  async (method, path) => {
    const as = await board.person();
    const { status, body } = await board.call<{ message: string[] }>(
      method,
      path.replace('{id}', '1'),
      { as, body: { is_admin: true } },
    );
    expect([status, body.message]).toEqual([400, ['property is_admin should not exist']]);
  },
);

describe('examples of errors', () => {
  const errors = operations.flatMap(([method, path, operation]) =>
    Object.keys(provoke)
      .filter((status) => status in operation.responses)
      // A wrong password is tested below, and what needs other settings in metrics.e2e-spec.ts.
      .filter((status) => !['401', '404'].includes(status) || !OTHER_REASONS.includes(path))
      .map((status): [string, string, string, Operation] => [status, method, path, operation]),
  );

  it.each(errors)(
    'the server answers the documented example %s of %s %s',
    async (status, method, path, operation) => {
      const reply = await provoke[status]!(method, path, operation);
      const { example } = operation.responses[status]!.content!['application/json']!;
      expect([reply.status, reply.body]).toEqual([Number(status), example]);
    },
  );

  it.each(errors)(
    'the server answers %s of %s %s with its documented headers',
    async (status, method, path, operation) => {
      const reply = await provoke[status]!(method, path, operation);
      const { headers = {} } = operation.responses[status]!;
      const wrong = Object.entries(headers).flatMap(([name, { $ref }]) => {
        const { schema } = document.components.headers[$ref.split('/').at(-1)!]!;
        return misfits(reply.headers.get(name), schema, document, name);
      });
      expect(wrong).toEqual([]);
    },
  );

  it('the server answers the documented example 401 of a log-in', async () => {
    const body = { username: 'nobody', password: 'whatever' };
    const reply = await board.call('POST', '/api/user/login', { body });
    const { responses } = find('POST', '/api/user/login')!;
    expect(reply.body).toEqual(responses['401']!.content!['application/json']!.example);
  });
});

describe('events of the stream', () => {
  let frames: Frame[];

  beforeAll(async () => {
    const [author, voter] = [await board.person(), await board.person()];
    const question = await board.ask(author);
    const exp = Math.floor(Date.now() / 1000) + 4;
    const authorization = `Bearer ${board.token(author.id, { exp })}`;
    const stream = await EventStream.open(board.url + STREAM, { authorization });
    await board.voteForQuestion(voter, question);
    await stream.next('notification');
    await board.must('PUT', '/api/notification/read-all', { as: author });
    await stream.next('read');
    await stream.next('heartbeat');
    await stream.next('expired');
    ({ frames } = stream);
  });

  it.each(EVENTS)('the event %s of the stream is as its schema says', (name) => {
    const frame = frames.find(({ event }) => event === name.toLowerCase())!;
    const { retry, ...rest } = frame;
    const event = { ...rest, ...(retry !== undefined && { retry: Number(retry) }) };
    expect(misfits(event, document.components.schemas[`${name}Event`]!, document)).toEqual([]);
  });
});

it('the documentation is a page in HTML', async () => {
  const { text } = await request(board.url)
    .get('/api/docs')
    .expect(200)
    .expect('content-type', /html/);
  expect(text).toContain('swagger-ui');
});

it('the documentation serves the program of its page', async () => {
  const reply = await request(board.url).get('/api/docs/swagger-ui-bundle.js');
  expect([reply.status, reply.type]).toEqual([200, 'text/javascript']);
});

function bodySchema({ requestBody }: Operation): Schema | undefined {
  return requestBody?.content['application/json']?.schema;
}

/** Holds nothing that is undefined. */
function isWhole(example: unknown): boolean {
  return typeof example === 'object' && example !== null
    ? Object.values(example).every(isWhole)
    : example !== undefined;
}

/** Fills in the ids of what exists, the defaults of the query and the example of the body. */
async function call(method: string, path: string, operation: Operation, as: Person) {
  const question = await board.ask(as);
  const answer = await board.answer(as, question);
  const id = path.includes('/question/') ? question : answer;
  const query = (operation.parameters ?? [])
    .map(({ name, in: place, schema }) => [place, name, resolve(schema, document).default])
    .filter(([place, , value]) => place === 'query' && value !== undefined)
    .map(([, name, value]): [string, string] => [String(name), String(value)]);
  const schema = bodySchema(operation);
  const url = `${path.replace('{id}', String(id))}?${new URLSearchParams(query).toString()}`;
  return board.call(method, url, { as, body: schema && exampleOf(schema, document) });
}
