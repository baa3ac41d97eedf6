import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { toasts } from './support/bell.js';
import { Board } from './support/board.js';
import { openChromium, openContext, openTab } from './support/chromium.js';
import { Person } from './support/person.js';

const tryIt = (page: Page): Locator =>
  page.getByRole('complementary', { name: /^(Try it|사용해 보기)$/ });
const letAnswer = (page: Page): Locator =>
  page.getByRole('button', { name: 'Let somebody answer me' });

/** The hint for whoever is logged in and was never notified. */
const HINT = /you are notified here as soon as somebody else votes for it or answers it/;
const PRIVATE_WINDOW = /open a private window .* A second tab is not enough/;

let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  browser = await openChromium();
});
afterAll(() => browser.close());
afterEach(() => context.close());

describe('a board with demo accounts', () => {
  let board: Board;

  beforeAll(async () => {
    board = await Board.start({ DEMO_ACCOUNTS: 'on' });
    await board.seed();
  }, 60_000);
  afterAll(() => board.close());

  async function openAs(person: Person | null, hash?: string): Promise<Page> {
    context = await openContext(browser, board, person);
    if (person) return openTab(context, hash);
    const page = await context.newPage();
    await page.goto('/');
    return page;
  }

  it('a visitor is shown what to try', async () => {
    await tryIt(await openAs(null))
      .getByText(HINT)
      .waitFor();
  });

  it('a visitor is shown how to be the other person', async () => {
    await tryIt(await openAs(null))
      .getByText(PRIVATE_WINDOW)
      .waitFor();
  });

  it('a visitor is shown the demo accounts and their password', async () => {
    await tryIt(await openAs(null))
      .getByText(/ada and minji, .* demo-password/)
      .waitFor();
  });

  it('a fresh account is shown what to try', async () => {
    await tryIt(await openAs(await Person.signUp(board)))
      .getByText(HINT)
      .waitFor();
  });

  it('the hint disappears with the first notification', async () => {
    const person = await Person.signUp(board);
    const question = await person.ask('Does it disappear?');
    const page = await openAs(person);
    await tryIt(page).getByText(HINT).waitFor();
    await (await Person.signUp(board)).vote(question);
    await tryIt(page).getByText(HINT).waitFor({ state: 'detached' });
  });

  it('a user who has notifications is shown no hint', async () => {
    const person = await Person.signUp(board);
    await (await Person.signUp(board)).vote(await person.ask('Seen it all?'));
    const page = await openAs(person);
    await letAnswer(page).waitFor();
    expect(await tryIt(page).getByText(HINT).count()).toBe(0);
  });

  it('the button lets a demo account vote for the newest question and answer it', async () => {
    const person = await Person.signUp(board);
    await person.ask('An older one');
    const newest = await person.ask('The newest one');
    const page = await openAs(person);
    await letAnswer(page).click();
    await tryIt(page).getByText('ada voted for “The newest one” and answered it.').waitFor();
    const { vote_count, answer_count } = (await person.request('GET', `question/${newest.id}`)) as {
      vote_count: number;
      answer_count: number;
    };
    expect([vote_count, answer_count]).toEqual([1, 1]);
  });

  it('the button shows the toasts of a vote and an answer', async () => {
    const person = await Person.signUp(board);
    await person.ask('What will I see?');
    const page = await openAs(person);
    await letAnswer(page).click();
    await toasts(page).getByText('ada voted for your question.').waitFor();
    await toasts(page).getByText('ada answered your question.').waitFor();
  });

  it('the button is offered to a user who has just asked a question', async () => {
    const person = await Person.signUp(board);
    const { id } = await person.ask('What now?');
    await letAnswer(await openAs(person, `#/questions/${id}`)).waitFor();
  });

  it('the button says that there is no question yet', async () => {
    const page = await openAs(await Person.signUp(board));
    await letAnswer(page).click();
    await tryIt(page).getByText('Ask a question first.').waitFor();
  });

  it('the button lets the other demo account answer a demo account', async () => {
    const ada = await Person.existing(board, 'ada', 'demo-password');
    const page = await openAs(ada);
    await letAnswer(page).click();
    await tryIt(page)
      .getByText(/^minji voted for/)
      .waitFor();
  });

  it('the button works again after the demo account was logged out elsewhere', async () => {
    const person = await Person.signUp(board);
    await person.ask('Once more?');
    const page = await openAs(person);
    await letAnswer(page).click();
    await tryIt(page)
      .getByText(/^ada voted for/)
      .waitFor();
    await (await Person.existing(board, 'ada', 'demo-password')).request('POST', 'user/logout');
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/answer'));
    await letAnswer(page).click();
    expect((await answered).status()).toBe(201);
  });
});

describe('a board without demo accounts', () => {
  let board: Board;

  beforeAll(async () => {
    board = await Board.start();
    await board.seed();
  }, 60_000);
  afterAll(() => board.close());

  it('a board without demo accounts offers nobody an answer', async () => {
    context = await openContext(browser, board, await Person.signUp(board));
    const page = await openTab(context);
    await tryIt(page).getByText(HINT).waitFor();
    expect(await letAnswer(page).count()).toBe(0);
  });

  it('a board without demo accounts shows no password', async () => {
    context = await openContext(browser, board, null);
    const page = await context.newPage();
    await page.goto('/');
    await tryIt(page).getByText(HINT).waitFor();
    expect(await page.getByText('demo-password').count()).toBe(0);
  });
});
