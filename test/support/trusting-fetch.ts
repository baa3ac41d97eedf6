import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';

/**
 * `fetch`, as far as a browser's requests and an EventSource need it, to a server that `ca` vouches
 * for: Node's own takes a certificate at the start of the process alone.
 */
export function trustingFetch(ca: string): typeof fetch {
  const agent = new Agent({ ca, keepAlive: true });
  return (input, { method = 'GET', headers = {}, body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const options = {
        agent,
        method,
        headers: Object.fromEntries(new Headers(headers)),
        ...(signal && { signal }),
      };
      const sent = request(input as string | URL, options, (reply) => resolve(toResponse(reply)));
      sent.on('error', reject).end(body);
    });
}

function toResponse(reply: IncomingMessage): Response {
  const status = reply.statusCode!;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      reply.on('data', (chunk: Uint8Array) => controller.enqueue(chunk));
      reply.on('end', () => controller.close());
      // Cut off in the middle, as fetch has it.
      reply.on('error', (error) => controller.error(error));
    },
    cancel: () => void reply.destroy(),
  });
  const headers = Object.entries(reply.headersDistinct).map(([name, values]): [string, string] => [
    name,
    values!.join(', '),
  ]);
  return new Response(status === 204 ? null : body, { status, headers });
}
