import { HttpException, HttpStatus } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/** Characters of an address; a stream's, with a token and a cursor, has a few hundred. */
const MAX_URL_LENGTH = 8_000;

const SECONDS_PER_YEAR = 365 * 24 * 3600;

/** Answers in JSON are no pages: nothing in them is loaded, framed or run. */
const NO_PAGE = ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"].join('; ');

/** Swagger UI: scripts of its own alone, but styles and icons inside its markup. */
const DOCUMENTATION = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders = helmet({
  // One of two, below; the demo page has its own.
  contentSecurityPolicy: false,
  // Counts over TLS alone. What else is served below the domain is not ours to decide.
  strictTransportSecurity: { maxAge: SECONDS_PER_YEAR, includeSubDomains: false },
});

/**
 * A policy for what is shown; and nobody on the way keeps an answer, which may be about somebody.
 * What may be kept, as the files of the demo page, says so itself.
 */
export function policies({ path }: Request, response: Response, next: NextFunction): void {
  const isDocumentation = /^\/api\/docs(\/|$)/i.test(path);
  response.setHeader('Content-Security-Policy', isDocumentation ? DOCUMENTATION : NO_PAGE);
  if (!isDocumentation) response.setHeader('Cache-Control', 'no-store');
  next();
}

/** Bounded before anything is done with it, and below what Node itself refuses without a word. */
export function refuseLongUrl({ url }: Request, _: Response, next: NextFunction): void {
  if (url.length <= MAX_URL_LENGTH) next();
  else next(new HttpException('The address is too long', HttpStatus.URI_TOO_LONG));
}

/**
 * What pages of these origins may do. No credentials: there are no cookies, a token is sent by hand.
 * @param origins exact ones; pages of others may do nothing
 */
export function crossOrigin(origins: string[]) {
  return {
    origin: origins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Last-Event-ID'],
    exposedHeaders: ['Retry-After'],
    // Seconds for which a browser need not ask again.
    maxAge: 600,
  };
}
