import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Board } from './support/board.js';
import { openChromium, openContext, openTab } from './support/chromium.js';
import { Person } from './support/person.js';

describe('the board', () => {
  let board: Board;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let author: Person;

  beforeAll(async () => {
    [board, browser] = [Board.shared(), await openChromium()];
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await board?.close();
  });

  afterEach(() => context.close());

  /** What somebody sees who comes for the first time. */
  async function comeAsGuest(hash: string): Promise<void> {
    context = await openContext(browser, board, null);
    page = await context.newPage();
    await page.goto(`/${hash}`);
  }

  async function comeAsAuthor(hash: string): Promise<void> {
    author = await Person.signUp(board, 'author');
    context = await openContext(browser, board, author);
    page = await openTab(context, hash);
  }

  const main = () => page.getByRole('main');

  it('a guest can sign up and is logged in', async () => {
    await comeAsGuest('#/signup');
    await page.getByLabel('Username').fill('newcomer');
    await page.getByLabel('Email').fill('newcomer@example.com');
    await page.getByLabel('Password').fill('long-enough');
    await main().getByRole('button', { name: 'Sign up' }).click();

    await page.getByRole('button', { name: 'newcomer’s account' }).waitFor();
  });

  it('the sign-up shows beside each field what is wrong with it', async () => {
    await comeAsGuest('#/signup');
    await page.getByLabel('Email').fill('nobody');
    await main().getByRole('button', { name: 'Sign up' }).click();

    await page
      .locator('[id$="-email-problem"]', { hasText: 'Enter a valid email address.' })
      .waitFor();
  });

  it('the sign-up says that a name is taken', async () => {
    await comeAsGuest('#/signup');
    const person = await Person.signUp(board, 'taken');
    await page.getByLabel('Username').fill(person.username);
    await page.getByLabel('Email').fill('other@example.com');
    await page.getByLabel('Password').fill('long-enough');
    await main().getByRole('button', { name: 'Sign up' }).click();

    await page.locator('[id$="-username-problem"]', { hasText: 'This name is taken.' }).waitFor();
  });

  it('a log-in leads on to the page that the user asked for', async () => {
    const person = await Person.signUp(board);
    await comeAsGuest('#/ask');
    await page.getByLabel('Username').fill(person.username);
    await page.getByLabel('Password').fill(person.password);
    await main().getByRole('button', { name: 'Log in' }).click();

    await page.getByRole('heading', { name: 'New question' }).waitFor();
  });

  it('the log-in says that a password is wrong', async () => {
    const person = await Person.signUp(board);
    await comeAsGuest('#/login');
    await page.getByLabel('Username').fill(person.username);
    await page.getByLabel('Password').fill('something else');
    await main().getByRole('button', { name: 'Log in' }).click();

    await page.getByText('Wrong username or password.').waitFor();
  });

  it('a vote of a guest leads to the log-in', async () => {
    const { id } = await (await Person.signUp(board)).ask('How do tides work?');
    await comeAsGuest(`#/questions/${id}`);
    await page.getByRole('button', { name: 'Vote' }).click();

    await page.getByRole('heading', { name: 'Log in' }).waitFor();
  });

  it('the board shows a guest no bell', async () => {
    await comeAsGuest('#/');
    await page.getByRole('heading', { name: 'Questions' }).waitFor();

    expect(await page.locator('notification-bell').isVisible()).toBe(false);
  });

  it('the board says that a question does not exist', async () => {
    await comeAsGuest('#/questions/2147483647');

    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  });

  it('the board finds questions by a word', async () => {
    await comeAsAuthor('#/');
    await author.ask('Where do otters sleep?');
    await author.ask('Where do bats sleep?');
    await page.getByRole('searchbox').fill('otters');
    await page.getByRole('button', { name: 'Search' }).click();

    await page.getByRole('heading', { name: 'Results for “otters”' }).waitFor();
    expect(await main().getByRole('listitem').count()).toBe(1);
  });

  it('the board shows ten questions a page', async () => {
    await comeAsAuthor('#/');
    for (let count = 1; count <= 12; count += 1) await author.ask(`Paging ${count}?`);
    await page.goto('/#/?keyword=paging');
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByRole('link', { name: 'Paging 1?' }).waitFor();

    expect(await main().getByRole('listitem').count()).toBe(2);
  });

  it('the board stores a new question', async () => {
    await comeAsAuthor('#/ask');
    await page.getByLabel('Subject').fill('Why is the sky blue?');
    await page.getByLabel('Content').fill('And not violet.');
    await page.getByRole('button', { name: 'Publish' }).click();

    await page.getByRole('heading', { name: 'Why is the sky blue?' }).waitFor();
  });

  it('the board says what is wrong with a question', async () => {
    await comeAsAuthor('#/ask');
    await page.getByLabel('Content').fill('And not violet.');
    await page.getByRole('button', { name: 'Publish' }).click();

    await page.locator('[id$="-subject-problem"]', { hasText: 'subject' }).waitFor();
  });

  it('the board edits a question', async () => {
    await comeAsAuthor('#/');
    const { id } = await author.ask('Why is the sky blu?');
    await page.goto(`/#/questions/${id}`);
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Subject').fill('Why is the sky blue?');
    await page.getByRole('button', { name: 'Save' }).click();

    await page.getByRole('heading', { name: 'Why is the sky blue?' }).waitFor();
  });

  it('the board deletes a question after asking', async () => {
    await comeAsAuthor('#/');
    const { id } = await author.ask('To be deleted?');
    await page.goto(`/#/questions/${id}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page
      .getByRole('dialog', { name: 'Delete this question?' })
      .getByRole('button', { name: 'Delete' })
      .click();

    await page.getByRole('heading', { name: 'Questions' }).waitFor();
    await expect(author.request('GET', `question/${id}`)).rejects.toThrow('404');
  });

  it('the board keeps a question when its author cancels the deletion', async () => {
    await comeAsAuthor('#/');
    const { id } = await author.ask('To be kept?');
    await page.goto(`/#/questions/${id}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.keyboard.press('Escape');

    await page
      .getByRole('dialog', { name: 'Delete this question?' })
      .waitFor({ state: 'detached' });
    await expect(author.request('GET', `question/${id}`)).resolves.toBeTruthy();
  });

  describe('the page of a question', () => {
    let id: number;

    beforeEach(async () => {
      const other = await Person.signUp(board, 'other');
      ({ id } = await other.ask('How do tides work?'));
      await comeAsAuthor(`#/questions/${id}`);
    });

    async function giveAnswer(): Promise<void> {
      await page.getByLabel('Your answer').fill('The moon pulls.');
      await page.getByRole('button', { name: 'Post answer' }).click();
      await page.getByText('1 answer').waitFor();
    }

    const answer = () => page.locator('.answers article');

    it('the page of a question stores a new answer', async () => {
      await giveAnswer();

      expect(await answer().locator('.content').textContent()).toBe('The moon pulls.');
    });

    it('the page of a question edits an answer in its place', async () => {
      await giveAnswer();
      await answer().getByRole('button', { name: 'Edit' }).click();
      await page.locator('.answers').getByLabel('Your answer').fill('The moon and the sun pull.');
      await page.getByRole('button', { name: 'Save' }).click();

      await answer().getByText('The moon and the sun pull.').waitFor();
    });

    it('the page of a question keeps an answer as it was when its editing is cancelled', async () => {
      await giveAnswer();
      await answer().getByRole('button', { name: 'Edit' }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();

      expect(await answer().locator('.content').textContent()).toBe('The moon pulls.');
    });

    it('the page of a question deletes an answer after asking', async () => {
      await giveAnswer();
      await answer().getByRole('button', { name: 'Delete' }).click();
      await page
        .getByRole('dialog', { name: 'Delete this answer?' })
        .getByRole('button', { name: 'Delete' })
        .click();

      await page.getByText('No answers yet').waitFor();
    });

    it('the page of a question counts a vote', async () => {
      await page.getByRole('button', { name: 'Vote' }).click();

      await page.getByRole('button', { name: '1 Voted', pressed: true }).waitFor();
    });

    it('the page of a question takes a vote back', async () => {
      await page.getByRole('button', { name: 'Vote' }).click();
      await page.getByRole('button', { name: '1 Voted' }).click();

      await page.getByRole('button', { name: '0 Vote', pressed: false }).waitFor();
    });
  });

  it('a user can log out', async () => {
    await comeAsAuthor('#/');
    await page.getByRole('button', { name: `${author.username}’s account` }).click();
    await page.getByRole('button', { name: 'Log out' }).click();

    await page.getByRole('link', { name: 'Log in' }).waitFor();
  });

  it('the board keeps the chosen language', async () => {
    await comeAsGuest('#/');
    await page.getByRole('button', { name: '한국어' }).click();
    await page.reload();

    await page.getByRole('heading', { name: '질문', exact: true }).waitFor();
  });
});
