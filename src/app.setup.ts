import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import { json } from 'express';
import { Settings } from './config/settings.js';
import { ErrorFilter } from './http/error.filter.js';
import { crossOrigin, policies, refuseLongUrl, securityHeaders } from './http/headers.js';
import { requireJson, requireObject, requireUtf8 } from './http/json-body.middleware.js';
import { observeRequests } from './http/observe-requests.middleware.js';
import { StrictValidationPipe } from './http/strict-validation.pipe.js';
import { describe } from './openapi/document.js';

/** Largest request body. Holds 20,000 characters even if the client escapes each one as a surrogate pair. */
const BODY_LIMIT = '256kb';

/**
 * Adds middleware, pipes, filters and the OpenAPI pages to the application. The server and the tests
 * both call it. The application must be created with `bodyParser: false`.
 */
export function setUp(app: NestExpressApplication): NestExpressApplication {
  const { corsOrigins, trustProxy } = app.get(Settings);
  app.disable('x-powered-by');
  // No response may be cached, so an ETag would be computed and never compared.
  app.disable('etag');
  app.set('trust proxy', trustProxy);
  app.use(observeRequests, securityHeaders, policies);
  if (corsOrigins.length > 0) app.enableCors(crossOrigin(corsOrigins));
  app.use(
    refuseLongUrl,
    requireJson,
    json({ limit: BODY_LIMIT, verify: requireUtf8 }),
    requireObject,
  );
  app.useGlobalPipes(
    new StrictValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
  );
  app.useGlobalFilters(new ErrorFilter());
  SwaggerModule.setup('api/docs', app, () => describe(app), { jsonDocumentUrl: 'api/docs-json' });
  return app;
}
