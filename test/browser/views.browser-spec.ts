import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { bellButton, items, panel, toasts } from './support/bell.js';
import { Board } from './support/board.js';
import { live, openChromium, openContext } from './support/chromium.js';
import { Person, type Post } from './support/person.js';
import { takePicture } from './support/pictures.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What there is to look at, in the two languages of the board. */
const WORDS = {
  en: {
    locale: 'en-US',
    question: 'How do I deliver a notification exactly once?',
    content:
      'What is sent while a tab is disconnected gets lost.\n\nIs there a usual answer to that?',
    answer: 'Keep a cursor for each user, and read everything after it when you come back.',
    others: [
      'Why is the sky blue and not violet?',
      '<b>Is this bold?</b>',
      'Where do whales sleep?',
    ],
  },
  ko: {
    locale: 'ko-KR',
    question: '알림을 정확히 한 번만 보내려면 어떻게 하나요?',
    content: '탭의 연결이 끊긴 사이에 보낸 알림이 사라집니다.\n\n보통 어떻게 해결하나요?',
    answer: '사용자마다 커서를 두고, 다시 연결할 때 그 뒤를 모두 읽으면 됩니다.',
    others: [
      '하늘은 왜 보라색이 아니라 파란색일까요?',
      '<b>굵은 글씨일까요?</b>',
      '고래는 어디에서 자나요?',
    ],
  },
};

const LOOKS = [
  { theme: 'light', device: 'desktop', language: 'en', width: 1100, height: 760 },
  { theme: 'dark', device: 'desktop', language: 'ko', width: 1100, height: 760 },
  { theme: 'light', device: 'phone', language: 'ko', width: 375, height: 720 },
  { theme: 'dark', device: 'phone', language: 'en', width: 375, height: 720 },
] as const;

describe.each(LOOKS)('On a $theme $device in $language', (look) => {
  const words = WORDS[look.language];
  let board: Board;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let question: Post;
  let author: Person;
  let reader: Person;

  beforeAll(async () => {
    [board, browser] = [Board.shared(), await openChromium()];
    author = await Person.signUp(board, look.language === 'ko' ? '하늘' : 'alice', look.language);
    reader = await Person.signUp(board, look.language === 'ko' ? '민준' : 'bob', look.language);
    for (const subject of words.others) await reader.ask(subject, words.content);
    question = await author.ask(words.question, words.content);
    await reader.answer(question, words.answer);
    await reader.vote(question);
    await author.request('PUT', 'notification/read-all');
    await author.answer(question, words.answer);
    await reader.answer(question, words.answer);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await board?.close();
  });

  afterEach(() => context.close());

  /** The page as `person` sees it at that address. */
  async function visit(person: Person | null, hash: string): Promise<void> {
    const viewport = { width: look.width, height: look.height };
    const { locale } = words;
    context = await openContext(browser, board, person, {
      locale,
      viewport,
      colorScheme: look.theme,
    });
    page = await context.newPage();
    await page.goto(`/${hash}`);
    await page.locator('main h1').waitFor();
    if (person) await live(page);
  }

  /** The rules that the page as it is breaks; also leaves a picture of it. */
  async function problems(name: string): Promise<string[]> {
    await takePicture(page, `${name}-${look.device}-${look.theme}-${look.language}`);
    await page.evaluate(await readFile(AXE, 'utf8'));
    return page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    });
  }

  it('the list of questions breaks no rule of accessibility', async () => {
    await visit(author, '#/');
    expect(await problems('list')).toEqual([]);
  });

  it('the list without a result breaks no rule of accessibility', async () => {
    await visit(null, '#/?keyword=xyzzy');
    expect(await problems('no-result')).toEqual([]);
  });

  it('a question breaks no rule of accessibility', async () => {
    await visit(author, `#/questions/${question.id}`);
    expect(await problems('question')).toEqual([]);
  });

  it('a question that a guest looks at breaks no rule of accessibility', async () => {
    await visit(null, `#/questions/${question.id}`);
    expect(await problems('question-guest')).toEqual([]);
  });

  it('the form for a question breaks no rule of accessibility', async () => {
    await visit(author, '#/ask');
    expect(await problems('ask')).toEqual([]);
  });

  it('the log-in breaks no rule of accessibility', async () => {
    await visit(null, '#/login');
    expect(await problems('login')).toEqual([]);
  });

  it('a sign-up with mistakes in it breaks no rule of accessibility', async () => {
    await visit(null, '#/signup');
    await page.locator('main form button').click();
    await page.locator('[aria-invalid]').first().waitFor();
    expect(await problems('signup')).toEqual([]);
  });

  it('an address without a page breaks no rule of accessibility', async () => {
    await visit(null, '#/nowhere');
    expect(await problems('not-found')).toEqual([]);
  });

  it('the question before a deletion breaks no rule of accessibility', async () => {
    await visit(author, `#/questions/${question.id}`);
    await page.locator('main article').first().locator('button.plain').click();
    await page.locator('dialog').waitFor();
    expect(await problems('delete')).toEqual([]);
  });

  it('the open list of notifications breaks no rule of accessibility', async () => {
    await visit(author, '#/');
    await bellButton(page).click();
    await items(page).first().waitFor();
    expect(await problems('notifications')).toEqual([]);
  });

  it('the empty list of notifications breaks no rule of accessibility', async () => {
    await visit(await Person.signUp(board, 'quiet', look.language), '#/');
    await bellButton(page).click();
    await panel(page).locator('.empty').waitFor();
    expect(await problems('notifications-empty')).toEqual([]);
  });

  it('a toast breaks no rule of accessibility', async () => {
    await visit(author, '#/');
    const answer = await reader.answer(question, words.answer);
    await toasts(page).first().waitFor();
    expect(await problems('toast')).toEqual([]);
    await reader.request('DELETE', `answer/${answer.id}`);
  });

  it('a page that is offline breaks no rule of accessibility', async () => {
    await visit(author, '#/');
    await context.setOffline(true);
    await page.locator('notification-bell .pill').waitFor();
    await bellButton(page).click();
    await panel(page).locator('.problem p').waitFor();
    expect(await problems('offline')).toEqual([]);
  });

  it('a page whose log-in has ended breaks no rule of accessibility', async () => {
    const guest = await Person.signUp(board, 'leaver', look.language);
    await visit(guest, '#/');
    await guest.request('POST', 'user/logout');
    await page.locator('.notice p').waitFor();
    expect(await problems('logged-out')).toEqual([]);
  });

  it.each(['#/', '#/signup', '#/ask'])(
    'no page has to be scrolled sideways at %s',
    async (hash) => {
      await visit(author, hash);
      const excess = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      expect(excess).toBeLessThanOrEqual(0);
    },
  );
});
