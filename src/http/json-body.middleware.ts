import { isUtf8 } from 'node:buffer';
import { BadRequestException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

function hasBody(request: Request): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0
  );
}

/** A body that is not JSON would be taken for a missing one: refuse it before it is read. */
export function requireJson(request: Request, _: Response, next: NextFunction): void {
  if (hasBody(request) && !request.is('application/json')) {
    next(new UnsupportedMediaTypeException('Content-Type must be application/json'));
  } else {
    next();
  }
}

/** For the parser: anything else would be stored with `\uFFFD` in place of what could not be read. */
export function requireUtf8(_: unknown, __: unknown, body: Buffer, charset: string): void {
  if (charset !== 'utf-8') throw new UnsupportedMediaTypeException('The charset must be utf-8');
  if (!isUtf8(body)) throw new BadRequestException('The body must be UTF-8');
}

/** Bodies are objects: an array would be validated element by element against the wrong shape. */
export function requireObject(request: Request, _: Response, next: NextFunction): void {
  if (Array.isArray(request.body)) {
    next(new BadRequestException('The body must be a JSON object, not an array'));
  } else {
    next();
  }
}
