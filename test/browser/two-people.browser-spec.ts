import type { Browser, Page } from 'playwright-core';
import { badge, badgeSays, toasts } from './support/bell.js';
import { Board } from './support/board.js';
import { openChromium, openContext, openTab } from './support/chromium.js';
import { Person } from './support/person.js';

/** Text that would run if any page made markup of it. */
const MARKUP = '<img src=x onerror=alert(1)>';

describe('two people in two browsers', () => {
  let board: Board;
  let browser: Browser;
  let author: Person;
  let reader: Person;
  let authorPage: Page;
  let readerPage: Page;

  beforeAll(async () => {
    [board, browser] = [Board.shared(), await openChromium()];
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await board?.close();
  });

  beforeEach(async () => {
    author = await Person.signUp(board, 'author');
    reader = await Person.signUp(board, 'reader');
    authorPage = await openTab(await openContext(browser, board, author));
    readerPage = await openTab(await openContext(browser, board, reader));
  });

  afterEach(async () => {
    await authorPage.context().close();
    await readerPage.context().close();
  });

  it('a vote in one browser shows a toast and a badge in the other within a second', async () => {
    const question = await author.ask('How do tides work?');
    await readerPage.goto(`/#/questions/${question.id}`);
    const vote = readerPage.getByRole('button', { name: 'Vote' });
    await vote.waitFor();

    const shown = authorPage.evaluate(async () => {
      const bell = document.querySelector('notification-bell')!;
      await new Promise((resolve) => bell.addEventListener('notification', resolve));
      const { textContent } = bell.shadowRoot!.querySelector('.toast a')!;
      return { at: Date.now(), textContent };
    });
    const votedAt = Date.now();
    await vote.click();
    const toast = await shown;

    expect(toast.textContent).toBe(`${reader.username} voted for your question.`);
    expect(toast.at - votedAt).toBeLessThan(1000);
    await badgeSays(authorPage, '1');
  });

  it('a new answer appears for the author who has the question open', async () => {
    const question = await author.ask('How do tides work?');
    await authorPage.goto(`/#/questions/${question.id}`);
    await authorPage.getByText('No answers yet').waitFor();

    await reader.answer(question, 'The moon pulls.');

    await authorPage.getByText('The moon pulls.').waitFor();
  });

  it('a vote is counted in the list that the author has open', async () => {
    const question = await author.ask('How do tides work?');
    await authorPage.reload();
    const entry = authorPage.locator(`[data-question="${question.id}"]`);
    await entry.getByText('0 votes').waitFor();

    await reader.vote(question);

    await entry.getByText('1 vote').waitFor();
  });

  it('an answer that is being written is kept when another one arrives', async () => {
    const question = await author.ask('How do tides work?');
    await authorPage.goto(`/#/questions/${question.id}`);
    const draft = authorPage.getByLabel('Your answer');
    await draft.fill('I have read that');
    await reader.answer(question, 'The moon pulls.');
    await authorPage.getByText('The moon pulls.').waitFor();

    expect(await draft.inputValue()).toBe('I have read that');
  });

  it('a toast about an answer leads to that answer on the page of its question', async () => {
    const question = await reader.ask('How do tides work?');
    const answer = await author.answer(question, 'The moon pulls.');
    await reader.voteAnswer(answer);

    await toasts(authorPage).getByRole('link').click();

    await authorPage.waitForURL(`**/#/questions/${question.id}/answers/${answer.id}`);
    await authorPage.locator('.linked', { hasText: 'The moon pulls.' }).waitFor();
  });

  it('a notification is marked as read when its toast is followed', async () => {
    await reader.vote(await author.ask('How do tides work?'));

    await toasts(authorPage).getByRole('link').click();

    await badge(authorPage).waitFor({ state: 'hidden' });
  });

  it('what people wrote is shown as plain text', async () => {
    const alerts: string[] = [];
    readerPage.on('dialog', (dialog) => {
      alerts.push(dialog.message());
      void dialog.dismiss();
    });
    const question = await author.ask(MARKUP, MARKUP);
    await author.answer(question, MARKUP);

    await readerPage.goto(`/#/questions/${question.id}`);

    await readerPage.locator('.answers .content', { hasText: MARKUP }).waitFor();
    expect(await readerPage.getByText(MARKUP, { exact: true }).count()).toBe(3);
    expect(await readerPage.locator('main img').count()).toBe(0);
    expect(alerts).toEqual([]);
  });
});
