import { request } from 'node:https';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import type { IncomingHttpHeaders } from 'node:http';

export interface SecureReply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One request over HTTPS, to a server that `ca` vouches for. */
export function secureRequest(
  url: string,
  ca: string,
  { method = 'GET', headers = {}, body = '' } = {},
): Promise<SecureReply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, ca, agent: false }, (response) => {
      const { statusCode, headers: received } = response;
      text(response).then(
        (all) => resolve({ status: statusCode!, headers: received, body: all }),
        reject,
      );
    });
    sent.on('error', reject).end(body);
  });
}

/** Requests over one connection of HTTP/2. @returns for each path: its status and what came first */
export async function overHttp2(
  url: string,
  ca: string,
  paths: string[],
): Promise<[number | undefined, string][]> {
  const session = connect(url, { ca });
  try {
    return await Promise.all(
      paths.map(
        (path) =>
          new Promise<[number | undefined, string]>((resolve, reject) => {
            let status: number | undefined;
            const stream = session.request({ ':path': path });
            stream.on('error', reject);
            stream.on('response', (headers) => (status = headers[':status']));
            stream.once('data', (chunk: Buffer) => resolve([status, chunk.toString()]));
          }),
      ),
    );
  } finally {
    session.destroy();
  }
}
