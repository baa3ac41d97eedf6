import type { TestDatabase } from './database.js';
import type { OpenApi } from './openapi.js';
import { ServerProcess } from './server-process.js';

/**
 * The OpenAPI document of the built server: what fields the bodies have is read from the sources when
 * they are built, which an application inside of a test is not.
 */
export async function readDocument({ url }: TestDatabase): Promise<OpenApi> {
  const server = await ServerProcess.start({ DATABASE_URL: url });
  try {
    const response = await fetch(`${server.url}/api/docs-json`);
    return (await response.json()) as OpenApi;
  } finally {
    await server.kill('SIGKILL');
  }
}
