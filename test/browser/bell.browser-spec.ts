import type { Browser, BrowserContext, Page } from 'playwright-core';
import { badge, badgeSays, bellButton, items, panel, record, toasts } from './support/bell.js';
import { Board } from './support/board.js';
import { openChromium, openContext, openTab } from './support/chromium.js';
import { Person, type Post } from './support/person.js';

describe('the bell', () => {
  let board: Board;
  let browser: Browser;
  let author: Person;
  let reader: Person;
  let context: BrowserContext;
  let question: Post;

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
    question = await author.ask('How do tides work?');
    context = await openContext(browser, board, author);
  });

  afterEach(() => context.close());

  /** The author's page, with so many notifications in it. */
  async function pageWith(count: number): Promise<Page> {
    for (let done = 0; done < count; done += 1) await reader.answer(question, `Answer ${done + 1}`);
    const page = await openTab(context);
    await badgeSays(page, count > 99 ? '99+' : count ? String(count) : '');
    return page;
  }

  it('the bell says that there is no notification yet', async () => {
    const page = await pageWith(0);
    await bellButton(page).click();

    await panel(page).getByText('No notifications yet').waitFor();
  });

  it('the bell shows no number beyond 99', async () => {
    const page = await pageWith(101);

    expect(await badge(page).textContent()).toBe('99+');
  });

  it('the bell gives the exact number to screen readers', async () => {
    const page = await pageWith(2);

    expect(await bellButton(page).getAttribute('aria-label')).toBe('Notifications, 2 unread');
  });

  it('the bell lists the newest first', async () => {
    await reader.vote(question);
    await reader.answer(question, 'The moon pulls.');
    const page = await openTab(context);
    await bellButton(page).click();
    await items(page).nth(1).waitFor();

    expect(await items(page).getByRole('link').allTextContents()).toEqual([
      expect.stringContaining(`${reader.username} answered your question.`),
      expect.stringContaining(`${reader.username} voted for your question.`),
    ]);
  });

  it('the bell fetches older notifications when the end of the list comes into sight', async () => {
    const page = await pageWith(45);
    await bellButton(page).click();
    await items(page).nth(19).waitFor();

    for (const last of [19, 39, 44]) await items(page).nth(last).scrollIntoViewIfNeeded();

    await panel(page).getByText('That is all').waitFor();
    expect(await items(page).count()).toBe(45);
  });

  it('the bell neither repeats nor hides a notification when others arrive between two pages', async () => {
    const page = await pageWith(30);
    await bellButton(page).click();
    await items(page).nth(19).waitFor();
    await reader.answer(question, 'One more');
    await badgeSays(page, '31');

    await items(page).nth(20).scrollIntoViewIfNeeded();

    await panel(page).getByText('That is all').waitFor();
    expect(await items(page).count()).toBe(31);
  });

  it('the bell marks one notification as read', async () => {
    const page = await pageWith(2);
    await bellButton(page).click();

    await items(page).first().getByRole('button', { name: 'Mark as read' }).click();

    await badgeSays(page, '1');
    expect(await items(page).getByText('Unread:').count()).toBe(1);
  });

  it('the bell marks all notifications as read', async () => {
    const page = await pageWith(3);
    await bellButton(page).click();

    await panel(page).getByRole('button', { name: 'Mark all as read' }).click();

    await badgeSays(page, '');
    await items(page).getByText('Unread:').first().waitFor({ state: 'detached' });
  });

  it('a notification in the bell leads to its question and is marked as read', async () => {
    const page = await pageWith(1);
    await bellButton(page).click();

    await items(page).getByRole('link').click();

    await page.waitForURL(`**/#/questions/${question.id}`);
    await badgeSays(page, '');
  });

  it('a notification about a vote for an answer leads to that answer on the page of its question', async () => {
    const page = await pageWith(0);
    const answer = await author.answer(await reader.ask('How do planes fly?'), 'By lift.');
    await reader.voteAnswer(answer);
    await badgeSays(page, '1');
    await bellButton(page).click();

    await items(page).getByRole('link').click();

    await page.locator('.linked', { hasText: 'By lift.' }).waitFor();
  });

  it('the bell says that the answer of a notification has been deleted', async () => {
    const page = await pageWith(0);
    const answer = await author.answer(await reader.ask('How do planes fly?'), 'By lift.');
    await reader.voteAnswer(answer);
    await badgeSays(page, '1');
    await author.request('DELETE', `answer/${answer.id}`);
    await bellButton(page).click();

    await items(page).getByRole('link').click();

    await toasts(page).getByText('This post has been deleted.').waitFor();
  });

  it('the bell counts the notifications of a burst beyond three toasts', async () => {
    const page = await openTab(context);
    await record(page);
    for (let count = 0; count < 5; count += 1) await reader.answer(question, 'Again');
    await badgeSays(page, '5');

    await page.getByRole('button', { name: 'Show 2 more notifications' }).waitFor();
  });

  it('the bell uses Korean when the page does', async () => {
    const page = await openTab(context);
    await page.getByRole('button', { name: '한국어' }).click();

    await page.getByRole('button', { name: '알림', exact: true }).click();

    await panel(page).getByText('아직 알림이 없습니다').waitFor();
  });

  it('the bell notifies in Korean after the language was switched', async () => {
    const page = await openTab(context);
    const saved = page.waitForResponse('**/api/user/me');
    await page.getByRole('button', { name: '한국어' }).click();
    await saved;

    await reader.vote(question);

    await toasts(page).getByText(`${reader.username}님이 회원님의 질문에 투표했습니다.`).waitFor();
  });

  describe('keyboard', () => {
    let page: Page;

    beforeEach(async () => {
      page = await pageWith(2);
      await bellButton(page).focus();
      await page.keyboard.press('Enter');
      await items(page).nth(1).waitFor();
    });

    /** What has the focus, inside of the bell too. */
    const focused = () =>
      page.evaluate(() => {
        const outer = document.activeElement;
        const inner = outer?.shadowRoot?.activeElement ?? outer;
        return inner?.getAttribute('aria-label') ?? inner?.getAttribute('href') ?? inner?.id ?? '';
      });

    it('the bell opens by keyboard and moves the focus into the list', async () => {
      expect(await focused()).toBe('panel');
    });

    it('the bell says that its list is open', async () => {
      expect(await bellButton(page).getAttribute('aria-expanded')).toBe('true');
    });

    it('the bell closes on Escape', async () => {
      await page.keyboard.press('Escape');

      await panel(page).waitFor({ state: 'hidden' });
    });

    it('the bell gives the focus back to the button on Escape', async () => {
      await page.keyboard.press('Tab');
      await page.keyboard.press('Escape');

      expect(await focused()).toBe('Notifications, 2 unread');
    });

    it('Tab goes through the list of the bell', async () => {
      for (let count = 0; count < 2; count += 1) await page.keyboard.press('Tab');

      expect(await focused()).toContain(`#/questions/${question.id}`);
    });

    it('the bell keeps the focus in the list when a notification is marked as read', async () => {
      for (let count = 0; count < 3; count += 1) await page.keyboard.press('Tab');
      expect(await focused()).toContain('Mark as read');
      await page.keyboard.press('Enter');
      await badgeSays(page, '1');

      expect(await focused()).toContain(`#/questions/${question.id}`);
    });

    it('the bell closes when the focus moves on to the page', async () => {
      await page.getByRole('link', { name: 'Ask a question' }).focus();

      await panel(page).waitFor({ state: 'hidden' });
    });
  });

  it('the bell closes on a click beside it', async () => {
    const page = await pageWith(0);
    await bellButton(page).click();
    await panel(page).waitFor();

    await page.getByRole('heading', { name: 'Questions' }).click();

    await panel(page).waitFor({ state: 'hidden' });
  });

  it('the bell fits on a phone', async () => {
    const page = await pageWith(2);
    await page.setViewportSize({ width: 320, height: 640 });
    await bellButton(page).click();
    const box = await panel(page).boundingBox();

    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(320);
  });
});
