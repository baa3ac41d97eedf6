import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
import fc from 'fast-check';
import { PASSWORD, signUp } from './support/account.js';
import { startApp, type TestApp } from './support/app.js';
import { settledContents } from './support/contents.js';
import { createDatabase } from './support/database.js';
import { readDocument } from './support/document.js';
import { type Existing, requests, type Rubbish, wire } from './support/fuzz.js';
import { misfits, type Operation } from './support/openapi.js';
import { RawConnection } from './support/raw-connection.js';

/** Prints what a run was made from; FUZZ_SEED repeats it. */
const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`FUZZ_SEED=${seed}`);

const REQUESTS = 10_000;
const BLOCK = 500;
const CONNECTIONS = 1_000;
const AT_ONCE = 16;

/** Refusals that come before a route is known. */
const ANYWHERE = [400, 413, 414, 415, 431];

interface Answer {
  status: number;
  isJson: boolean;
  body: unknown;
}

const board: TestApp = await startApp({ RATE_LIMIT: 'off' }, await createDatabase());
const document = await readDocument(board.database);
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

afterAll(async () => {
  agent.destroy();
  await board.stop();
  await board.database.drop();
});

/** A logged-in user and their data; new for each block, since some of it gets through. */
async function existing(): Promise<Existing> {
  const account = await signUp(board);
  const person = await board.person();
  const [question, doomedQuestion] = [await board.ask(person), await board.ask(person)];
  return {
    question,
    answer: await board.answer(person, question),
    doomedQuestion,
    doomedAnswer: await board.answer(person, question),
    authorization: `Bearer ${person.token}`,
    leaving: {
      '/api/user/logout': `Bearer ${(await board.person()).token}`,
      '/api/user/password': `Bearer ${board.token(account.id)}`,
    },
    logIn: { username: account.username, password: PASSWORD },
  };
}

function send({ method, path, headers: given, body }: Rubbish): Promise<Answer> {
  const headers = body === undefined ? given : { ...given, 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const url = new URL(board.url);
    const { hostname: host, port } = url;
    const outgoing = request({ agent, host, port, method, path, headers }, (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      const type = answered['content-type'] ?? '';
      if (type === 'text/event-stream') {
        response.destroy();
        resolve({ status, isJson: false, body: '' });
        return;
      }
      const isJson = type.startsWith('application/json');
      if (isJson)
        json(response).then((content) => resolve({ status, isJson, body: content }), reject);
      else response.on('end', () => resolve({ status, isJson, body: '' })).resume();
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The operation that a path leads to, as far as there is one. */
function operationOf({ method, path }: Rubbish): Operation | undefined {
  const bare = path.replace(/[?#].*$/s, '').replace(/(?<=.)\/$/, '');
  const templates = Object.keys(document.paths).filter((template) =>
    new RegExp(`^${template.replaceAll('{id}', '[^/]+')}$`, 'i').test(bare),
  );
  // "list" is an id, too, for who does not know better.
  const template = templates.toSorted((a, b) => a.indexOf('{') - b.indexOf('{'))[0];
  return template === undefined ? undefined : document.paths[template]![method.toLowerCase()];
}

/** What is wrong with an answer. */
function faults(rubbish: Rubbish, { status, isJson, body }: Answer): string[] {
  if (status >= 500) return [`a ${status}`];
  const operation = operationOf(rubbish);
  const documented = operation?.responses[status];
  if (status < 300) {
    if (!documented) return [`a ${status} that is not documented`];
    const schema = documented.content?.['application/json']?.schema;
    return schema ? misfits(body, schema, document) : [];
  }
  const isExpected = documented || ANYWHERE.includes(status) || (status === 404 && !operation);
  const shape = isJson
    ? misfits(body, { $ref: '#/components/schemas/ErrorDto' }, document)
    : ['no JSON'];
  return [...(isExpected ? [] : [`a ${status} that is not documented`]), ...shape];
}

async function inLanes<T, R>(all: T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < all.length) {
      const at = next++;
      results[at] = await work(all[at]!);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}

/** A request and what came of it, for who has to find out why. */
function describeFault({ method, path, headers, body }: Rubbish, wrong: string[]): string {
  const sent = body === undefined ? '' : Buffer.from(body).toString('latin1').slice(0, 300);
  return `${method} ${path.slice(0, 300)} ${JSON.stringify(headers)} ${sent}: ${wrong.join('; ')}`;
}

describe(`rubbish (FUZZ_SEED=${seed})`, () => {
  const found: string[] = [];
  const succeeded = new Set<string>();
  const refused = new Set<string>();
  const changes: string[] = [];
  let sent = 0;

  beforeAll(async () => {
    for (let block = 0; block < REQUESTS / BLOCK; block += 1) {
      const options = { seed: seed + block, numRuns: BLOCK };
      const rubbish = fc.sample(requests(document, await existing()), options);
      const answers = await inLanes(rubbish, send);
      sent += answers.length;
      const refusals: Rubbish[] = [];
      for (const [at, answer] of answers.entries()) {
        const one = rubbish[at]!;
        const wrong = faults(one, answer);
        if (wrong.length > 0) found.push(describeFault(one, wrong));
        (answer.status < 400 ? succeeded : refused).add(`${one.method} ${one.template}`);
        if (answer.status >= 400 && one.method !== 'GET') refusals.push(one);
      }
      if (block % 4 === 0) changes.push(...(await changesOf(refusals)));
    }
  }, 300_000);

  /** Sends again what was refused, by itself: those that are refused again must change nothing. */
  async function changesOf(refusals: Rubbish[]): Promise<string[]> {
    const before = await settledContents(board);
    const answers = await inLanes(refusals, send);
    const after = await settledContents(board);
    const accepted = answers.flatMap(({ status }, at) => (status < 400 ? [refusals[at]!] : []));
    const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
    return accepted.length > 0 ? [] : changed;
  }

  it('the fuzzer sends ten thousand requests', () => {
    expect(sent).toBe(REQUESTS);
  });

  it('random requests get answers as they are documented, and no 5xx', () => {
    expect(found.slice(0, 10)).toEqual([]);
  });

  it('a random request that is refused changes nothing', () => {
    expect(changes).toEqual([]);
  });

  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );

  it('some random requests are accepted', () => {
    expect(operations.filter((operation) => !succeeded.has(operation))).toEqual([]);
  });

  it('every route that can be wrong refuses some random request', () => {
    const never = operations.filter((operation) => !refused.has(operation));
    expect(never).toEqual([]);
  });

  it('random requests give no object a field', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('random bytes on the wire get no 5xx, change nothing and leave the server running', async () => {
    const before = await settledContents(board);
    const texts = fc.sample(wire, { seed, numRuns: CONNECTIONS });
    const answers = await inLanes(texts, exchangeAndLeave);
    const wrong = answers.flatMap((answer, at) =>
      /^HTTP\/1\.1 5/m.test(answer)
        ? [`${JSON.stringify(texts[at])}: ${answer.slice(0, 200)}`]
        : [],
    );
    const { status } = await board.call('GET', '/health/ready');
    expect([wrong, status, await settledContents(board)]).toEqual([[], 200, before]);
  }, 120_000);
});

/** Says it all, then that nothing more will come, and reads until the server has closed. */
async function exchangeAndLeave(text: string): Promise<string> {
  const connection = await RawConnection.open(board.url);
  connection.send(text);
  connection.finish();
  await connection.closed;
  return connection.received;
}
