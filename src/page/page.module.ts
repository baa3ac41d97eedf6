import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { ServeStaticModule } from '@nestjs/serve-static';
import type { Response } from 'express';
import { Settings } from '../config/settings.js';

/** From the sources, and from what they are compiled to. */
const FOLDERS = ['../../public', '../../../public'];

const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

function setHeaders(response: Response): void {
  response.setHeader('Content-Security-Policy', POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  // Asked for again each time, and mostly answered by "not modified".
  response.setHeader('Cache-Control', 'no-cache');
}

/** The demo page and the browser client, at `/`, unless `DEMO_PAGE` is off. */
@Module({
  imports: [
    ServeStaticModule.forRootAsync({
      inject: [Settings],
      useFactory: ({ demoPage }: Settings) => {
        if (demoPage === 'off') return [];
        const folders = FOLDERS.map((path) => fileURLToPath(new URL(path, import.meta.url)));
        const rootPath = folders.find((path) => existsSync(path));
        if (!rootPath) return [];
        return [{ rootPath, renderPath: '/', serveStaticOptions: { setHeaders, redirect: false } }];
      },
    }),
  ],
})
export class PageModule {}
