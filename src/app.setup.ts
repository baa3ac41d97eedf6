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

/** Largest body of a request: 20,000 characters, each an emoji that its client has escaped, fit in. */
const BODY_LIMIT = '256kb';

/** What is around the modules, for the server and for tests alike. Needs `bodyParser: false`. */
export function setUp(app: NestExpressApplication): NestExpressApplication {
  const { corsOrigins, trustProxy } = app.get(Settings);
  app.disable('x-powered-by');
  // An answer is compared with nobody's cached one: digesting each would be work for nothing.
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
