import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PostgresProcess } from '../support/postgres-process.js';
import { badgeSays, heard, pill, record } from './support/bell.js';
import { Board } from './support/board.js';
import { live, openChromium, openContext, openTab } from './support/chromium.js';
import { Gateway } from './support/gateway.js';
import { Person, type Post } from './support/person.js';
import { until } from './support/until.js';

describe('outages', () => {
  let database: PostgresProcess;
  let board: Board;
  let browser: Browser;
  let author: Person;
  let reader: Person;
  let context: BrowserContext;
  let page: Page;
  let question: Post;

  beforeAll(async () => {
    database = await PostgresProcess.make();
    [board, browser] = await Promise.all([Board.start({}, database), openChromium()]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await board?.close();
  });

  beforeEach(async () => {
    author = await Person.signUp(board, 'author');
    reader = await Person.signUp(board, 'reader');
    question = await author.ask('How do tides work?');
    context = await openContext(browser, board, author);
    page = await openTab(context);
    await record(page);
  });

  afterEach(() => context.close());

  it('a page gets everything after the server was killed and started again', async () => {
    await reader.vote(question);
    await heard(page, 1);

    await board.killServer();
    await board.startServer();
    await reader.answer(question, 'The moon pulls.');

    expect(await heard(page, 2)).toEqual([
      `${reader.username} voted for your question.`,
      `${reader.username} answered your question.`,
    ]);
  });

  it('a page says that it is not live while the server is down', async () => {
    await board.killServer();

    await pill(page).getByText('Reconnecting').waitFor();

    await board.startServer();
    await pill(page).waitFor({ state: 'hidden' });
  });

  it('a page says that the database is unavailable, and shows the list when it is available again', async () => {
    await database.stop();

    await page.goto('/#/?keyword=tides');
    await page.getByText('The server cannot reach its database at the moment.').waitFor();

    await database.start();
    await page.getByRole('link', { name: 'How do tides work?' }).first().waitFor();
  });

  it('a page gets everything after PostgreSQL was stopped and started again', async () => {
    await database.stop();
    await database.start();
    await until('a vote is taken', () =>
      reader.vote(question).then(
        () => true,
        () => false,
      ),
    );

    expect(await heard(page, 1)).toEqual([`${reader.username} voted for your question.`]);
  });

  it('a page says that it is offline', async () => {
    await context.setOffline(true);

    await pill(page).getByText('Offline').waitFor();
  });

  it('a page gets what it missed when the network is back', async () => {
    await context.setOffline(true);
    await pill(page).getByText('Offline').waitFor();
    await reader.vote(question);

    await context.setOffline(false);

    expect(await heard(page, 1)).toEqual([`${reader.username} voted for your question.`]);
  });

  it('a page shows the current count when it reconnects after everything was read elsewhere', async () => {
    await reader.vote(question);
    await badgeSays(page, '1');
    await context.setOffline(true);
    await pill(page).getByText('Offline').waitFor();
    await author.request('PUT', 'notification/read-all');

    await context.setOffline(false);

    await badgeSays(page, '');
  });

  it.each([502, 429, 401])(
    'a page reconnects by itself after a %i, and misses nothing',
    async (status) => {
      const gateway = await Gateway.open(board.url);
      const behind = await openContext(browser, gateway, author);
      const tab = await openTab(behind);
      await record(tab);
      gateway.refuseStreams(status);
      await until('the stream was turned away twice', () => gateway.refused >= 2);
      await reader.vote(question);

      gateway.allowStreams();

      expect(await heard(tab, 1)).toEqual([`${reader.username} voted for your question.`]);
      await live(tab);
      await behind.close();
      gateway.close();
    },
  );

  it('a page fetches the list when it missed more than the server replays', async () => {
    const other = await Board.start({ SSE_REPLAY_LIMIT: '2' });
    const writer = await Person.signUp(other, 'writer');
    const fan = await Person.signUp(other, 'fan');
    const post = await writer.ask('How do tides work?');
    const away = await openContext(browser, other, writer);
    const tab = await openTab(away);
    await tab.getByRole('button', { name: 'Notifications' }).click();
    await tab.getByText('No notifications yet').waitFor();
    await away.setOffline(true);
    for (let count = 0; count < 3; count += 1) await fan.answer(post, 'The moon pulls.');

    await away.setOffline(false);

    await tab.locator('notification-bell .item').nth(2).waitFor();
    await away.close();
    await other.close();
  });
});
