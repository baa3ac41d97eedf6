import { startApp, type TestApp } from './support/app.js';
import { closeStreams } from './support/event-stream.js';
import { exchange, RawConnection } from './support/raw-connection.js';
import type { Person } from './support/board.js';

let board: TestApp;
let person: Person;
beforeAll(async () => {
  board = await startApp();
  person = await board.person();
});
afterAll(() => board.stop());
afterEach(closeStreams);

/** Status, whether it is JSON in the shape of every error, and whether the connection was closed. */
function answerOf(text: string) {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
  return { status, type: /content-type: ([^;\r]+)/i.exec(head)?.[1], body: asJson(body) };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const refusal = (statusCode: number, error: string) => ({
  status: statusCode,
  type: 'application/json',
  body: { statusCode, message: 'The request cannot be read', error },
});

it.each([
  ['a greeting', 'EHLO example.test\r\n\r\n'],
  ['bytes of TLS', Buffer.from('16030100c8010000c40303', 'hex')],
  ['NUL', '\0\0\0\0\r\n\r\n'],
  ['a header with NUL', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n'],
  ['a header without a name', 'GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n'],
  ['a length that is none', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n'],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['an address with a space', 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n'],
])(
  'bytes that are no HTTP are refused in the shape of every error, and the connection closed: %s',
  async (_, text) => {
    expect(answerOf(await exchange(board.url, text))).toEqual(refusal(400, 'Bad Request'));
  },
);

it('a request with headers that are too large is refused', async () => {
  const text = `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`;
  expect(answerOf(await exchange(board.url, text))).toEqual(
    refusal(431, 'Request Header Fields Too Large'),
  );
});

it('a request with an address that is too long is refused', async () => {
  const { status, body } = await board.call(
    'GET',
    `/api/question/list?keyword=${'k'.repeat(8_000)}`,
  );
  expect([status, body]).toEqual([
    414,
    { statusCode: 414, message: 'The address is too long', error: 'URI Too Long' },
  ]);
});

it('a request with chunk parameters that are too large is refused', async () => {
  const head = 'POST /api/question HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
  const text = `${head}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(17_000)}\r\n{\r\n0\r\n\r\n`;
  expect(answerOf(await exchange(board.url, text)).status).toBe(413);
});

it('an address of the longest kind in use opens a stream', async () => {
  const token = board.token(person.id, { username: '가'.repeat(30), note: 'x'.repeat(1_000) });
  const stream = await board.stream({ ...person, token }, { query: '&last_event_id=2147483647' });
  expect(stream.status).toBe(200);
});

it('a client that sends its request too slowly gets a 408 and is cut off, wherever in the request it stops', async () => {
  const beginnings = ['', 'GET /api/ques', 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow'];
  const texts = await Promise.all(beginnings.map((text) => exchange(board.url, text)));
  const refused = refusal(408, 'Request Timeout');
  expect(texts.map(answerOf)).toEqual([refused, refused, refused]);
});

it('a client that reads a stream which is quiet for longer than a request may take is not cut off', async () => {
  const stream = await board.stream(person);
  await stream.next('connected');
  // A request that was begun later has been cut off by then.
  await exchange(board.url, 'GET / HT');
  await board.voteForQuestion(await board.person(), await board.ask(person));
  await stream.next('notification');
  expect(stream.isOpen).toBe(true);
});

it('a connection that sends invalid bytes while it streams gets nothing written into the stream', async () => {
  const connection = await RawConnection.open(board.url);
  const path = `/api/notification/stream?token=${person.token}`;
  connection.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  await connection.says('event: connected');
  connection.send('GARBAGE\r\n\r\n');
  await connection.closed;
  expect(connection.received).not.toContain('The request cannot be read');
});
