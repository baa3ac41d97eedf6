import { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module, type NestApplicationOptions, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type Express, type Request, type Response } from 'express';
import { ServerAdapter } from './server.adapter.js';

/** A request and its response, as a handler gets them. */
type Handled = [Request, Response];

let handled: Handled | undefined;

@Controller()
class ProbeController {
  @Get('probe')
  probe(@Req() request: Request, @Res() response: Response): void {
    handled = [request, response];
    response.cookie('a', 'b').status(202).json({ done: true });
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

let app: NestExpressApplication;
let instance: Express;
/** Prototypes of request and response when Node.js has created them, before Express gets them. */
let created: unknown[];

function createApp(options: NestApplicationOptions): Promise<NestExpressApplication> {
  return NestFactory.create<NestExpressApplication>(ProbeModule, new ServerAdapter(), {
    logger: false,
    abortOnError: false,
    ...options,
  });
}

beforeAll(async () => {
  app = await createApp({});
  instance = app.getHttpAdapter().getInstance();
  const mounted = express();
  mounted.get('/probe', (request, response) => {
    response.json({ isMounted: request.app === mounted, ip: request.ip });
  });
  app.use('/mounted', mounted);
  app.getHttpServer().prependListener('request', (...both: object[]) => {
    created = both.map((one) => Object.getPrototypeOf(one) as unknown);
  });
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

async function call(path: string): Promise<globalThis.Response> {
  const { port } = app.getHttpServer().address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}${path}?q=1`, { headers: { 'x-probe': 'yes' } });
}

/** What the handler got for one request. */
async function probe(): Promise<Handled> {
  await call('/probe');
  return handled!;
}

it('the prototypes of a request and its response are those of Express when Node.js creates them', async () => {
  await call('/probe');
  expect(created[0]).toBe(instance.request);
  expect(created[1]).toBe(instance.response);
});

it('Express never changes the prototypes of a request and its response', async () => {
  const [request, response] = await probe();
  expect(Object.getPrototypeOf(request)).toBe(created[0]);
  expect(Object.getPrototypeOf(response)).toBe(created[1]);
});

it('a request is an instance of the class of Node.js', async () => {
  const [request] = await probe();
  expect(request).toBeInstanceOf(IncomingMessage);
});

it('a request is an instance of the class of Express', async () => {
  const [request] = await probe();
  expect(express.request.isPrototypeOf(request)).toBe(true);
});

it('a request has what Express adds', async () => {
  const [request, response] = await probe();
  expect([request.ip, request.path, request.query, request.get('X-Probe')]).toEqual([
    '127.0.0.1',
    '/probe',
    { q: '1' },
    'yes',
  ]);
  expect([request.app, request.res]).toEqual([instance, response]);
});

it('a response is an instance of the class of Node.js', async () => {
  const [, response] = await probe();
  expect(response).toBeInstanceOf(ServerResponse);
});

it('a response is an instance of the class of Express', async () => {
  const [request, response] = await probe();
  expect(express.response.isPrototypeOf(response)).toBe(true);
  expect([response.app, response.req]).toEqual([instance, request]);
});

it('a response is sent by the methods that Express adds', async () => {
  const response = await call('/probe');
  expect([response.status, response.headers.get('set-cookie'), await response.json()]).toEqual([
    202,
    'a=b; Path=/',
    { done: true },
  ]);
});

it('a mounted application of Express gets requests of its own', async () => {
  expect(await (await call('/mounted/probe')).json()).toEqual({ isMounted: true, ip: '127.0.0.1' });
});

it('two applications do not share their requests', async () => {
  const other = await createApp({});
  const { request } = other.getHttpAdapter().getInstance();
  expect(request).not.toBe(instance.request);
  await other.close();
});

it.each<[string, NestApplicationOptions]>([
  ['httpsOptions', { httpsOptions: {} }],
  ['forceCloseConnections', { forceCloseConnections: true }],
  ['return503OnClosing', { return503OnClosing: true }],
])(
  'an application on this adapter refuses the option %s, which it would ignore',
  async (name, options) => {
    await expect(createApp(options)).rejects.toThrow(
      `ServerAdapter does not support the option ${name}: `,
    );
  },
);

it('an application on this adapter accepts options that are off', async () => {
  const other = await createApp({ forceCloseConnections: false, return503OnClosing: false });
  await other.close();
});
