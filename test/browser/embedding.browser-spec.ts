import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { badgeSays, bellButton, items, toasts } from './support/bell.js';
import { freePort } from '../../testing/free-port.mjs';
import { Board, type Environment } from './support/board.js';
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

/** A page of another origin with the lines of the README in it, and the board that serves them. */
class Elsewhere {
  private constructor(
    readonly board: Board,
    private readonly browser: Browser,
    private readonly server: Server,
    readonly context: BrowserContext,
    readonly author: Person,
    readonly reader: Person,
  ) {}

  /** @param environment of the board; who looks at the page is the author */
  static async start(environment: Environment = {}): Promise<Elsewhere> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const [board, browser] = await Promise.all([
      Board.start({ CORS_ORIGINS: url, ...environment }),
      openChromium(),
    ]);
    const html = `<!doctype html><html lang="en"><title>Elsewhere</title>${await linesOfReadme(board)}`;
    const server = createServer((_, answer) => {
      answer.setHeader('content-type', 'text/html; charset=utf-8').end(html);
    }).listen(port);
    await once(server, 'listening');
    const author = await Person.signUp(board, 'author');
    const reader = await Person.signUp(board, 'reader');
    const session = [{ name: 'access_token', value: author.token }];
    const context = await openContext(browser, { url }, null, {
      storageState: { cookies: [], origins: [{ origin: url, localStorage: session }] },
    });
    return new Elsewhere(board, browser, server, context, author, reader);
  }

  async open(): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto('/');
    await live(page);
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
    this.server.closeAllConnections();
    await this.board.close();
  }
}

describe('an embedding page', () => {
  let elsewhere: Elsewhere;
  let board: Board;
  let page: Page;
  let reader: Person;
  let question: Post;

  beforeAll(async () => {
    elsewhere = await Elsewhere.start();
    ({ board, reader } = elsewhere);
  }, 60_000);

  afterAll(() => elsewhere?.close());

  beforeEach(async () => {
    await elsewhere.author.request('PUT', 'notification/read-all');
    question = await elsewhere.author.ask('How do tides work?');
    page = await elsewhere.open();
  });

  afterEach(() => page.close());

  it('the lines of the README show a toast in a page of another site', async () => {
    await reader.vote(question);

    await toasts(page).getByText(`${reader.username} voted for your question.`).waitFor();
  });

  it('the lines of the README show a badge in a page of another site', async () => {
    await reader.vote(question);

    await badgeSays(page, '1');
  });

  it('the lines of the README show the list in a page of another site', async () => {
    await reader.vote(question);
    await badgeSays(page, '1');
    await bellButton(page).click();

    await items(page).first().getByText(`${reader.username} voted for your question.`).waitFor();
  });

  it('the lines of the README lead to the board from a page of another site', async () => {
    await reader.vote(question);
    await toasts(page).getByRole('link').click();

    await page.waitForURL(`${board.url}/#/questions/${question.id}`);
  });
});

describe('DEMO_PAGE=off', () => {
  let elsewhere: Elsewhere;
  beforeAll(async () => {
    elsewhere = await Elsewhere.start({ DEMO_PAGE: 'off' });
  }, 60_000);
  afterAll(() => elsewhere?.close());

  it('the lines of the README show a toast in a page of another site when DEMO_PAGE is off', async () => {
    const { author, reader } = elsewhere;
    const question = await author.ask('How do tides work?');
    const page = await elsewhere.open();
    await reader.vote(question);

    await toasts(page).getByText(`${reader.username} voted for your question.`).waitFor();
  });
});
