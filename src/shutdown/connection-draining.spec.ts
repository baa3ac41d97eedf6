import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { HttpAdapterHost } from '@nestjs/core';
import { ConnectionDraining } from './connection-draining.js';
import { Shutdown } from './shutdown.js';

let server: Server;
let shutdown: Shutdown;
let draining: ConnectionDraining;
/** Whether the server still listened when it handled a request, for each. */
let listened: boolean[];
/** Milliseconds that an answer takes. */
let answerMs: number;

beforeEach(async () => {
  listened = [];
  answerMs = 0;
  server = createServer((_, response) => {
    listened.push(server.listening);
    void pause(answerMs).then(() => response.end('done'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  shutdown = new Shutdown();
  const host = { httpAdapter: { getHttpServer: () => server } } as unknown as HttpAdapterHost;
  draining = new ConnectionDraining(shutdown, host);
});
afterEach(() => {
  server.closeAllConnections();
  if (server.listening) server.close();
});

/** By default each request has a connection of its own. */
async function send(agent: Agent | false = false): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  const sent = request({ host: '127.0.0.1', port, agent, method: 'POST' }).end('body');
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response;
}

it('connection draining closes a kept connection with an answer that says so', async () => {
  const agent = new Agent({ keepAlive: true });
  const kept = (await send(agent)).headers.connection;
  const drained = shutdown.drain(5);
  const last = (await send(agent)).headers.connection;
  await drained;
  agent.destroy();
  expect([kept, last]).toEqual(['keep-alive', 'close']);
});

it('connection draining does not wait for a client that sends nothing any more', async () => {
  const agent = new Agent({ keepAlive: true });
  await send(agent);
  const from = performance.now();
  await shutdown.drain(60);
  agent.destroy();
  expect(performance.now() - from).toBeLessThan(5_000);
});

it('a server that stops listening refuses connections', async () => {
  const { port } = server.address() as AddressInfo;
  await draining.stopListening();
  const refused = request({ host: '127.0.0.1', port, agent: false }).end();
  const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

it('a server that stops listening answers a request that was under way', async () => {
  await shutdown.drain(0);
  answerMs = 50;
  const arrived = once(server, 'request');
  const answer = send();
  await arrived;
  await draining.stopListening();
  expect((await answer).statusCode).toBe(200);
});

it('a server that stops listening answers the requests of connections that it accepts meanwhile', async () => {
  await shutdown.drain(0);
  const stopped = draining.stopListening();
  const answers = await Promise.all([send(), send(), send()]);
  await stopped;
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
  expect(listened).toEqual([false, false, false]);
});

it('a server that stops listening accepts connections as long as one arrives every few milliseconds', async () => {
  // Of connections alone: nobody reads requests from what is no socket.
  const fake = createNetServer();
  await once(fake.listen(0, '127.0.0.1'), 'listening');
  const host = { httpAdapter: { getHttpServer: () => fake } } as unknown as HttpAdapterHost;
  const socket = { pause: () => undefined, resume: () => undefined };
  const from = performance.now();
  const connecting = setInterval(() => {
    if (performance.now() < from + 100) fake.emit('connection', socket);
  }, 5);
  await new ConnectionDraining(shutdown, host).stopListening();
  clearInterval(connecting);
  expect(performance.now() - from).toBeGreaterThan(100);
});

it('a server stops listening within three seconds, however many clients connect', async () => {
  await shutdown.drain(0);
  const over = new AbortController();
  const { port } = server.address() as AddressInfo;
  const connectOnAndOn = async (): Promise<void> => {
    while (!over.signal.aborted) {
      // In the end the connections are refused.
      const sent = request({ host: '127.0.0.1', port, agent: false, method: 'POST' }).end();
      sent.on('error', () => undefined).on('response', (response) => response.resume());
      await pause(1);
    }
  };
  const connecting = connectOnAndOn();
  const from = performance.now();
  await draining.stopListening();
  const milliseconds = performance.now() - from;
  over.abort();
  await connecting;
  expect(milliseconds).toBeLessThan(3_000);
});
