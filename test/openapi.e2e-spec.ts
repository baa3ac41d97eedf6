import request from 'supertest';
import { startApp, type TestApp } from './support/app.js';
import { logIn, signUp } from './support/account.js';
import type { Person } from './support/board.js';
import { createDatabase } from './support/database.js';
import { closeStreams, EventStream } from './support/event-stream.js';
import {
  exampleOf,
  misfits,
  type OpenApi,
  type Operation,
  resolve,
  type Schema,
} from './support/openapi.js';

/** Every route, its success, and the errors it must document. */
const ROUTES: [string, string, number, number[]][] = [
  ['POST', '/api/user/signup', 201, [400, 409, 413, 415, 429, 503]],
  ['POST', '/api/user/login', 200, [400, 401, 413, 415, 429, 503]],
  ['POST', '/api/user/renew', 200, [400, 401, 429, 503]],
  ['POST', '/api/user/logout', 204, [400, 401, 429, 503]],
  ['PUT', '/api/user/password', 200, [400, 401, 403, 413, 415, 429, 503]],
  ['GET', '/api/user/me', 200, [401, 503]],
  ['PUT', '/api/user/me', 200, [400, 401, 413, 415, 429, 503]],
  ['POST', '/api/question', 201, [400, 401, 413, 415, 429, 503]],
  ['GET', '/api/question/list', 200, [400, 401, 503]],
  ['GET', '/api/question/{id}', 200, [400, 401, 404, 503]],
  ['PUT', '/api/question/{id}', 200, [400, 401, 403, 404, 413, 415, 429, 503]],
  ['DELETE', '/api/question/{id}', 204, [400, 401, 403, 404, 429, 503]],
  ['POST', '/api/question/{id}/vote', 200, [400, 401, 404, 429, 503]],
  ['DELETE', '/api/question/{id}/vote', 200, [400, 401, 404, 429, 503]],
  ['POST', '/api/question/{id}/answer', 201, [400, 401, 404, 413, 415, 429, 503]],
  ['GET', '/api/answer/{id}', 200, [400, 401, 404, 503]],
  ['PUT', '/api/answer/{id}', 200, [400, 401, 403, 404, 413, 415, 429, 503]],
  ['DELETE', '/api/answer/{id}', 204, [400, 401, 403, 404, 429, 503]],
  ['POST', '/api/answer/{id}/vote', 200, [400, 401, 404, 429, 503]],
  ['DELETE', '/api/answer/{id}/vote', 200, [400, 401, 404, 429, 503]],
  ['GET', '/api/notification/list', 200, [400, 401, 503]],
  ['PUT', '/api/notification/read', 200, [400, 401, 413, 415, 429, 503]],
  ['PUT', '/api/notification/read-all', 200, [400, 401, 429, 503]],
  ['POST', '/api/notification/stream-token', 201, [400, 401, 429, 503]],
  ['GET', '/api/notification/stream', 200, [401, 429, 503]],
  ['GET', '/health/live', 200, []],
  ['GET', '/health/ready', 200, [503]],
  ['GET', '/metrics', 200, [401, 404]],
];
const STREAM = '/api/notification/stream';
const PUBLIC = ['/api/user/signup', '/api/user/login', '/health/live', '/health/ready', '/metrics'];

// Read before the tests are named: they walk what the document holds, whatever that is.
const board: TestApp = await startApp({}, await createDatabase());
const document = await board.must<OpenApi>('GET', '/api/docs-json');
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
    method.toUpperCase(),
    path,
    operation,
  ]),
);

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

describe('the OpenAPI document', () => {
  it('has the scheme of the tokens', () => {
    expect(document.components.securitySchemes).toEqual({
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    });
  });

  it.each(ROUTES)('has %s %s, and says that it succeeds with %d', (method, path, success) => {
    const statuses = Object.keys(find(method, path)?.responses ?? {});
    expect(statuses.filter((status) => status < '300')).toEqual([String(success)]);
  });

  it.each(ROUTES)('has the errors of %s %s', (method, path, _, errors) => {
    const statuses = Object.keys(find(method, path)?.responses ?? {});
    expect(statuses).toEqual(expect.arrayContaining(errors.map(String)));
  });

  it.each(operations)('sums up %s %s', (_, __, { summary }) => {
    expect(summary).toMatch(/\w/);
  });

  it.each(operations)('says whether %s %s takes a token', (_, path, { security }) => {
    expect(security).toEqual(PUBLIC.includes(path) ? undefined : [{ bearer: [] }]);
  });

  it.each(operations)('has an example of every answer of %s %s', (_, __, { responses }) => {
    const without = Object.entries(responses).filter(([, { content = {} }]) =>
      Object.values(content).some(
        (one) => one.example === undefined && !isWhole(exampleOf(one.schema, document)),
      ),
    );
    expect(without.map(([status]) => status)).toEqual([]);
  });

  it.each(operations.filter(([, , { requestBody }]) => requestBody))(
    'has an example of the body of %s %s',
    (_, __, operation) => {
      expect(isWhole(exampleOf(bodySchema(operation)!, document))).toBe(true);
    },
  );

  it.each(operations)('has examples that fit their schemas: %s %s', (_, __, { responses }) => {
    const wrong = Object.values(responses).flatMap(({ content = {} }) =>
      Object.values(content).flatMap(({ schema, example }) =>
        misfits(example ?? exampleOf(schema, document), schema, document, 'example'),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('tells of every event of the stream', () => {
    const { description = '' } = find('GET', STREAM)!;
    const events = ['connected', 'notification', 'read', 'heartbeat', 'expired'];
    expect(events.filter((event) => !description.includes(`\`${event}\``))).toEqual([]);
  });
});

describe('called as documented', () => {
  it.each(inOrder)('%s %s does what it says', async (method, path, operation) => {
    const { status, body } = await call(
      method,
      path,
      operation,
      await logIn(board, await signUp(board)),
    );
    const [documented] = Object.keys(operation.responses).filter((code) => code < '300');
    const [content] = Object.values(operation.responses[status]?.content ?? {});
    const schema = content?.schema;
    const wrong = schema ? misfits(body, schema, document) : body === '' ? [] : ['a body'];
    expect([String(status), wrong]).toEqual([documented, []]);
  });

  it.each(operations.filter(([, path, { security }]) => security && !isPublicRead(path)))(
    '%s %s refuses who has no token as it says',
    async (method, path, operation) => {
      const { status, body } = await call(method, path, operation, undefined);
      const schema = operation.responses['401']!.content!['application/json']!.schema;
      expect([status, misfits(body, schema, document)]).toEqual([401, []]);
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

  it('the stream says what it says', async () => {
    const { responses } = find('GET', STREAM)!;
    const { example } = responses['200']!.content!['text/event-stream']!;
    const { token } = await board.person();
    const authorization = `Bearer ${token}`;
    const stream = await EventStream.open(board.url + STREAM, { authorization });
    const { data } = await stream.next('connected');
    const [, documented] = /event: connected\n(?:.+\n)*?data: (.+)/.exec(String(example))!;
    expect([stream.status, stream.headers['content-type'], Object.keys(data)]).toEqual([
      200,
      'text/event-stream',
      Object.keys(JSON.parse(documented!) as object),
    ]);
  });
});

describe('the documentation', () => {
  it('is a page for people', async () => {
    const { text } = await request(board.url)
      .get('/api/docs')
      .expect(200)
      .expect('content-type', /html/);
    expect(text).toContain('swagger-ui');
  });

  it('serves the program of its page', async () => {
    const reply = await request(board.url).get('/api/docs/swagger-ui-bundle.js');
    expect([reply.status, reply.type]).toEqual([200, 'text/javascript']);
  });
});

function bodySchema({ requestBody }: Operation): Schema | undefined {
  return requestBody?.content['application/json']?.schema;
}

function isPublicRead(path: string): boolean {
  return ['/api/question/list', '/api/question/{id}', '/api/answer/{id}'].includes(path);
}

/** Holds nothing that is undefined. */
function isWhole(example: unknown): boolean {
  return typeof example === 'object' && example !== null
    ? Object.values(example).every(isWhole)
    : example !== undefined;
}

/** Fills in the ids of what exists, the defaults of the query and the example of the body. */
async function call(method: string, path: string, operation: Operation, as: Person | undefined) {
  const question = await board.ask(as ?? (await board.person()));
  const answer = await board.answer(as ?? (await board.person()), question);
  const id = path.includes('/question/') ? question : answer;
  const query = (operation.parameters ?? [])
    .map(({ name, in: place, schema }) => [place, name, resolve(schema, document).default])
    .filter(([place, , value]) => place === 'query' && value !== undefined)
    .map(([, name, value]): [string, string] => [String(name), String(value)]);
  const schema = bodySchema(operation);
  const url = `${path.replace('{id}', String(id))}?${new URLSearchParams(query).toString()}`;
  return board.call(method, url, { as, body: schema && exampleOf(schema, document) });
}
