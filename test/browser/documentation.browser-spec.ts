import type { Browser, Page } from 'playwright-core';
import { Board } from './support/board.js';
import { openChromium } from './support/chromium.js';

describe('The documentation', () => {
  let board: Board;
  let browser: Browser;
  let page: Page;
  /** What the browser complained of, a forbidden script or style among it. */
  let complaints: string[];

  beforeAll(async () => {
    [board, browser] = await Promise.all([Board.start(), openChromium()]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await board?.close();
  });

  beforeEach(async () => {
    page = await browser.newPage();
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(`${board.url}/api/docs`);
    await page.getByText('/api/notification/stream-token').waitFor();
  });

  afterEach(() => page.close());

  it('is shown under its policy, without a complaint of the browser', () => {
    expect(complaints).toEqual([]);
  });

  it('sends requests to the API', async () => {
    const operation = page.locator('#operations-question-QuestionController_list');
    await operation.getByRole('button').first().click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    await operation.getByText('"questions": []').first().waitFor();
    expect(complaints).toEqual([]);
  });
});
