import { createRequire } from 'node:module';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ErrorDto } from '../http/error.dto.js';
import { describeFields } from './fields.js';
import { HEADERS } from './headers.js';
import { completeOperation } from './operations.js';
import { readRoutes } from './routes.js';

const DESCRIPTION = `Questions, answers, votes, and notifications of them over Server-Sent Events.

Every error has the body \`{statusCode, message, error}\`. Fields that are not documented are refused with 400.
Times are UTC with microseconds.`;

/** The package itself: from the sources as well as from what they are compiled to. */
const { version, license } = createRequire(import.meta.url)('#package') as {
  version: string;
  license: string;
};

const METHODS = ['get', 'put', 'post', 'delete'] as const;

/** The OpenAPI document: what Nest reads from controllers and classes, and what routes have in common. */
export function describe(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Q&A notifications')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setLicense(license, `https://spdx.org/licenses/${license}.html`)
    .addServer('/', 'This server')
    .addBearerAuth({
      type: 'http',
      bearerFormat: 'JWT',
      description: 'The `access_token` of a log-in',
    })
    .addSecurity('stream_token', {
      type: 'apiKey',
      in: 'query',
      name: 'token',
      description: 'A stream token, or an access token unless `STREAM_ACCESS_TOKEN` is off',
    })
    .addSecurity('metrics_token', {
      type: 'http',
      scheme: 'bearer',
      description: '`METRICS_TOKEN`, where it is set',
    })
    .build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [ErrorDto] });
  return complete(document, app);
}

function complete(document: OpenAPIObject, app: INestApplication): OpenAPIObject {
  const routes = readRoutes(app);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      const route = routes.get(operation?.operationId ?? '');
      if (operation && route) completeOperation(operation, { ...route, method, path });
    }
  }
  const { components } = document;
  for (const schema of Object.values(components?.schemas ?? {})) describeFields(schema);
  return { ...document, components: { ...components, headers: HEADERS } };
}
