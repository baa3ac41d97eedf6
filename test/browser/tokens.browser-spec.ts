import type { Browser, BrowserContext, Page } from 'playwright-core';
import { badgeSays, heard, pill, record } from './support/bell.js';
import { Board } from './support/board.js';
import { live, openChromium, openContext, openTab, recordStreams } from './support/chromium.js';
import { Person } from './support/person.js';
import { until } from './support/until.js';

describe('expiring tokens', () => {
  let board: Board;
  let browser: Browser;
  let author: Person;
  let reader: Person;
  let context: BrowserContext;
  let streams: { page: Page; url: URL }[];

  beforeAll(async () => {
    [board, browser] = await Promise.all([Board.start({ JWT_TTL_SECONDS: '4' }), openChromium()]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await board?.close();
  });

  beforeEach(async () => {
    author = await Person.signUp(board, 'author');
    reader = await Person.signUp(board, 'reader');
    context = await openContext(browser, board, author);
    streams = recordStreams(context);
  });

  afterEach(() => context.close());

  it('a page renews its token without an interruption', async () => {
    const question = await author.ask('How do tides work?');
    const page = await openTab(context);
    await record(page);
    await until('two renewals have been made', () => streams.length >= 3);

    await reader.logIn();
    await reader.vote(question);

    expect(await heard(page, 1)).toEqual([`${reader.username} voted for your question.`]);
  });

  it('a page opens its streams with stream tokens', async () => {
    await openTab(context);
    await until('a renewal has been made', () => streams.length >= 2);

    const audiences = streams.map(({ url }) => claimsOf(url.searchParams.get('token')!).aud);
    expect(new Set(audiences)).toEqual(new Set(['stream']));
  });

  it('a page stays live while it renews its token', async () => {
    const page = await openTab(context);
    const states = page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const bell = document.querySelector('notification-bell')!;
          const seen: string[] = [];
          bell.addEventListener('status', (event) =>
            seen.push((event as CustomEvent<{ status: string }>).detail.status),
          );
          window.addEventListener('test-end', () => resolve(seen));
        }),
    );
    await until('two renewals have been made', () => streams.length >= 3);
    await live(page);

    await page.evaluate(() => window.dispatchEvent(new Event('test-end')));
    expect(await states).toEqual([]);
  });

  it('a page asks for a log-in when its token is revoked', async () => {
    const page = await openTab(context);

    await author.logIn();
    await author.request('POST', 'user/logout');

    await page.getByText('You have been logged out.').waitFor();
  });

  it('a page gets what it missed after a new log-in', async () => {
    const question = await author.ask('How do tides work?');
    const page = await openTab(context);
    await record(page);
    await author.request('POST', 'user/logout');
    await page.getByText('You have been logged out.').waitFor();
    await reader.logIn();
    await reader.vote(question);

    await page.getByRole('link', { name: 'Log in again' }).click();
    await page.getByLabel('Username').fill(author.username);
    await page.getByLabel('Password').fill(author.password);
    await page.getByRole('main').getByRole('button', { name: 'Log in' }).click();

    expect(await heard(page, 1)).toEqual([`${reader.username} voted for your question.`]);
    await badgeSays(page, '1');
    await pill(page).waitFor({ state: 'hidden' });
  });

  it('a log-out in one tab logs out all tabs', async () => {
    const tabs = [await openTab(context), await openTab(context)];

    await tabs[0]!.getByRole('button', { name: `${author.username}’s account` }).click();
    await tabs[0]!.getByRole('button', { name: 'Log out' }).click();

    await tabs[1]!.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor();
  });
});

describe('expired stream tokens', () => {
  let board: Board;
  let browser: Browser;

  beforeAll(async () => {
    [board, browser] = await Promise.all([
      Board.start({ STREAM_TOKEN_TTL_SECONDS: '1' }),
      openChromium(),
    ]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await board?.close();
  });

  it('a page whose stream token has expired reconnects with another one and gets what it missed', async () => {
    const author = await Person.signUp(board, 'author');
    const reader = await Person.signUp(board, 'reader');
    const question = await author.ask('How do tides work?');
    const context = await openContext(browser, board, author);
    const streams = recordStreams(context);
    const page = await openTab(context);
    await record(page);
    const [first] = streams;
    const { exp } = claimsOf(first!.url.searchParams.get('token')!);
    await until('its token has ended', () => Date.now() > Number(exp) * 1000);

    await board.killServer();
    await board.startServer();
    await reader.vote(question);

    expect(await heard(page, 1)).toEqual([`${reader.username} voted for your question.`]);
    await context.close();
  });
});

function claimsOf(token: string): { aud?: unknown; exp?: unknown } {
  const claims = Buffer.from(token.split('.')[1]!, 'base64url').toString();
  return JSON.parse(claims) as { aud?: unknown; exp?: unknown };
}
