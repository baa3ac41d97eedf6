import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { Person } from './person.js';

/** The shell first: the same engine without the window of a browser, in two thirds of the time. */
const PROGRAMS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** The browser of the system that the tests run in; `CHROMIUM_PATH` names another one. */
function findChromium(): string {
  const path = process.env.CHROMIUM_PATH ?? PROGRAMS.find((program) => existsSync(program));
  if (!path) throw new Error(`CHROMIUM_PATH is not set, and there is no ${PROGRAMS.join(' or ')}`);
  return path;
}

/** Every browser is a process, so a file of tests shares one; a context is a browser to its pages. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox', // a container's root has none
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A browser in which `person` is logged in; null: nobody. */
export function openContext(
  browser: Browser,
  board: { url: string },
  person: Person | null,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserContext> {
  const session = person ? [{ name: 'board.session', value: person.token }] : [];
  return browser.newContext({
    locale: 'en-US',
    baseURL: board.url,
    storageState: { cookies: [], origins: [{ origin: board.url, localStorage: session }] },
    ...options,
  });
}

/** A tab that shows the board; ready when its bell is live. */
export async function openTab(context: BrowserContext, hash = '#/'): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`/${hash}`);
  await live(page);
  return page;
}

/** Fulfilled when the bell of the page is connected. */
export async function live(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('notification-bell')?.status === 'live');
}

/** The streams asked for by the tabs of a context, in order, for as long as the context lives. */
export function recordStreams(context: BrowserContext): { page: Page; url: URL }[] {
  const streams: { page: Page; url: URL }[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === '/api/notification/stream')
      streams.push({ page: request.frame().page(), url });
  });
  return streams;
}
