import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { ServeStaticModule, type ServeStaticModuleOptions } from '@nestjs/serve-static';
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

/** The bell, its client and what they import: what a page of another origin needs. */
const BELL = ['notification-bell.js', 'notifications.js', 'bell', 'client', 'lib'];

function served(publicFolder: string, demoPage: Settings['demoPage']): ServeStaticModuleOptions[] {
  const options = { renderPath: '/', serveStaticOptions: { setHeaders, redirect: false } };
  if (demoPage === 'on') return [{ ...options, rootPath: publicFolder }];
  // There is no index to show instead of what is not found.
  return BELL.map((name) => ({
    ...options,
    rootPath: join(publicFolder, name),
    exclude: ['{*path}'],
    serveRoot: `/${name}`,
  }));
}

/** The bell and its client, always; the board at `/`, unless `DEMO_PAGE` is off. */
@Module({
  imports: [
    ServeStaticModule.forRootAsync({
      inject: [Settings],
      useFactory: ({ demoPage }: Settings) => {
        const folders = FOLDERS.map((path) => fileURLToPath(new URL(path, import.meta.url)));
        const publicFolder = folders.find((path) => existsSync(path));
        return publicFolder ? served(publicFolder, demoPage) : [];
      },
    }),
  ],
})
export class PageModule {}
