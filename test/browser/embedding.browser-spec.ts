import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { badgeSays, bellButton, items, toasts } from './support/bell.js';
import { Board, freePort } from './support/board.js';
import { live, openChromium, openContext } from './support/chromium.js';
import { Person, type Post } from './support/person.js';

/** The lines of the README that put the bell into a page, with the address of this board in them. */
async function linesOfReadme(board: Board): Promise<string> {
  const readme = await readFile('README.md', 'utf8');
  const block = [...readme.matchAll(/```html\n(.*?)```/gs)].find(([, html]) =>
    html?.includes('<notification-bell'),
  );
  if (!block?.[1]) throw new Error('README.md shows no page with a <notification-bell>.');
  return block[1].replaceAll('https://board.example', board.url);
}

describe('The lines of the README in a page of somebody else', () => {
  let board: Board;
  let browser: Browser;
  let server: Server;
  let context: BrowserContext;
  let page: Page;
  let author: Person;
  let reader: Person;
  let question: Post;

  beforeAll(async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    [board, browser] = await Promise.all([Board.start({ CORS_ORIGINS: url }), openChromium()]);
    const html = `<!doctype html><html lang="en"><title>Elsewhere</title>${await linesOfReadme(board)}`;
    server = createServer((_, answer) => {
      answer.setHeader('content-type', 'text/html; charset=utf-8').end(html);
    }).listen(port);
    await once(server, 'listening');
    author = await Person.signUp(board, 'author');
    reader = await Person.signUp(board, 'reader');
    context = await openContext(browser, { url }, null, {
      storageState: {
        cookies: [],
        origins: [{ origin: url, localStorage: [{ name: 'access_token', value: author.token }] }],
      },
    });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    server?.closeAllConnections();
    await board?.close();
  });

  beforeEach(async () => {
    await author.request('PUT', 'notification/read-all');
    question = await author.ask('How do tides work?');
    page = await context.newPage();
    await page.goto('/');
    await live(page);
  });

  afterEach(() => page.close());

  it('show a toast', async () => {
    await reader.vote(question);

    await toasts(page).getByText(`${reader.username} voted for your question.`).waitFor();
  });

  it('show a badge', async () => {
    await reader.vote(question);

    await badgeSays(page, '1');
  });

  it('show the list', async () => {
    await reader.vote(question);
    await badgeSays(page, '1');
    await bellButton(page).click();

    await items(page).first().getByText(`${reader.username} voted for your question.`).waitFor();
  });

  it('lead to the board', async () => {
    await reader.vote(question);
    await toasts(page).getByRole('link').click();

    await page.waitForURL(`${board.url}/#/questions/${question.id}`);
  });
});
