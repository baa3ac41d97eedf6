import type { Browser, BrowserContext, Page } from 'playwright-core';
import { badgeSays, bellButton, heard, items, panel, record, toastCount } from './support/bell.js';
import { Board } from './support/board.js';
import { live, openChromium, openContext, openTab, recordStreams } from './support/chromium.js';
import { Person } from './support/person.js';
import { until } from './support/until.js';

describe('tabs of one user', () => {
  let board: Board;
  let browser: Browser;
  let author: Person;
  let reader: Person;
  let context: BrowserContext;
  let streams: { page: Page; url: URL }[];
  let tabs: Page[];

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
    context = await openContext(browser, board, author);
    streams = recordStreams(context);
    tabs = [];
    for (let count = 0; count < 5; count += 1) tabs.push(await openTab(context));
    for (const tab of tabs) await record(tab);
  });

  afterEach(() => context.close());

  /** The tab that has the stream, and the others. */
  function leaderAndFollowers(): [Page, Page[]] {
    const leader = streams.at(-1)!.page;
    return [leader, tabs.filter((tab) => tab !== leader && !tab.isClosed())];
  }

  it('the tabs of one user share one stream', () => {
    expect(streams).toHaveLength(1);
  });

  it('the tabs of one user all receive everything, once and in order', async () => {
    const question = await author.ask('How do tides work?');
    await reader.vote(question);
    await reader.answer(question, 'The moon pulls.');

    for (const tab of tabs) {
      expect(await heard(tab, 2)).toEqual([
        `${reader.username} voted for your question.`,
        `${reader.username} answered your question.`,
      ]);
    }
  });

  it('the tabs of one user show equal badges', async () => {
    const question = await author.ask('How do tides work?');
    await reader.vote(question);
    await reader.answer(question, 'The moon pulls.');

    for (const tab of tabs) await badgeSays(tab, '2');
  });

  it('the tabs of one user show a toast in one of them', async () => {
    await reader.vote(await author.ask('How do tides work?'));
    for (const tab of tabs) await heard(tab, 1);

    expect(await toastCount(tabs)).toBe(1);
  });

  it('the tabs of one user show the toast in the tab that has the focus', async () => {
    const [, followers] = leaderAndFollowers();
    const looked = followers[1]!;
    for (const tab of tabs) if (tab !== looked) await hide(tab);

    await reader.vote(await author.ask('How do tides work?'));
    for (const tab of tabs) await heard(tab, 1);

    expect(await toastCount([looked])).toBe(1);
  });

  it('the tabs of one user show the toast in the leader when no tab has the focus', async () => {
    const [leader] = leaderAndFollowers();
    for (const tab of tabs) await hide(tab);

    await reader.vote(await author.ask('How do tides work?'));
    for (const tab of tabs) await heard(tab, 1);

    expect(await toastCount([leader])).toBe(1);
  });

  it('the tabs of one user all clear their badge when one reads', async () => {
    await reader.vote(await author.ask('How do tides work?'));
    for (const tab of tabs) await badgeSays(tab, '1');

    await bellButton(tabs[2]!).click();
    await panel(tabs[2]!).getByRole('button', { name: 'Mark all as read' }).click();

    for (const tab of tabs) await badgeSays(tab, '');
  });

  it('the tabs of one user elect another leader when the leader is closed, and miss nothing', async () => {
    const question = await author.ask('How do tides work?');
    await reader.vote(question);
    for (const tab of tabs) await heard(tab, 1);
    const [leader, followers] = leaderAndFollowers();

    await Promise.all([leader.close(), reader.answer(question, 'The moon pulls.')]);
    await reader.answer(question, 'So does the sun.');

    for (const tab of followers) {
      expect(await heard(tab, 3)).toEqual([
        `${reader.username} voted for your question.`,
        `${reader.username} answered your question.`,
        `${reader.username} answered your question.`,
      ]);
    }
  });

  it('the tabs of one user resume from the cursor of the leader that was closed', async () => {
    await reader.vote(await author.ask('How do tides work?'));
    for (const tab of tabs) await heard(tab, 1);
    const [leader] = leaderAndFollowers();

    await leader.close();
    const next = await until('another tab leads', () => streams[1]);

    expect(next.url.searchParams.get('last_event_id')).toBe('1');
  });

  it('the tabs of one user show no toast twice when the leader changes', async () => {
    const question = await author.ask('How do tides work?');
    await reader.vote(question);
    for (const tab of tabs) await heard(tab, 1);
    const [leader, followers] = leaderAndFollowers();
    const before = await toastCount(followers);

    await leader.close();
    await until('another tab leads', () => streams[1]);
    await reader.answer(question, 'The moon pulls.');
    for (const tab of followers) await heard(tab, 2);

    expect((await toastCount(followers)) - before).toBe(1);
  });

  it('the tabs of one user elect another leader when the leader is frozen', async () => {
    const question = await author.ask('How do tides work?');
    const [leader, followers] = leaderAndFollowers();
    const session = await context.newCDPSession(leader);

    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await reader.vote(question);

    for (const tab of followers) expect(await heard(tab, 1)).toHaveLength(1);
    await session.send('Page.setWebLifecycleState', { state: 'active' });
  });

  it('the tabs of one user elect another leader when the leader is stuck', async () => {
    const question = await author.ask('How do tides work?');
    const [leader, followers] = leaderAndFollowers();
    const session = await context.newCDPSession(leader);
    await session.send('Debugger.enable');
    await session.send('Debugger.pause');
    void leader.evaluate(() => 'stops at once').catch(() => {});

    await reader.vote(question);

    for (const tab of followers) expect(await heard(tab, 1)).toHaveLength(1);
    await session.send('Debugger.disable');
  });

  it('the tabs of one user agree again when a stuck leader continues', async () => {
    const question = await author.ask('How do tides work?');
    const [leader, followers] = leaderAndFollowers();
    const session = await context.newCDPSession(leader);
    await session.send('Debugger.enable');
    await session.send('Debugger.pause');
    void leader.evaluate(() => 'stops at once').catch(() => {});
    await reader.vote(question);
    for (const tab of followers) await heard(tab, 1);

    await session.send('Debugger.disable');
    await reader.answer(question, 'The moon pulls.');

    for (const tab of tabs) {
      expect(await heard(tab, 2)).toEqual([
        `${reader.username} voted for your question.`,
        `${reader.username} answered your question.`,
      ]);
    }
  });

  it('the tabs of one user share their stream with a tab that is opened later', async () => {
    await reader.vote(await author.ask('How do tides work?'));
    for (const tab of tabs) await heard(tab, 1);

    const late = await openTab(context);

    await badgeSays(late, '1');
    expect(streams).toHaveLength(1);
  });

  it('the tabs of one user reconnect after the browser’s "back"', async () => {
    const [, [tab]] = leaderAndFollowers();
    await tab!.goto('/api/docs-json');
    await reader.vote(await author.ask('How do tides work?'));

    await tab!.goBack();

    await live(tab!);
    await badgeSays(tab!, '1');
  });

  it('the tabs of one user each open a stream where the browser has no locks', async () => {
    const plain = await openContext(browser, board, author);
    await plain.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
      Reflect.deleteProperty(Navigator.prototype, 'locks');
    });
    const own = recordStreams(plain);

    const pages = [await openTab(plain), await openTab(plain)];
    await reader.vote(await author.ask('How do tides work?'));

    for (const page of pages) await badgeSays(page, '1');
    expect(own).toHaveLength(2);
    await plain.close();
  });
});

/** Without a window every tab counts as shown and focused; this one overrides that. */
async function hide(tab: Page): Promise<void> {
  await tab.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    document.hasFocus = () => false;
    document.dispatchEvent(new Event('visibilitychange'));
  });
}

/** Somebody else logs in in this tab. */
async function switchTo(tab: Page, { token }: Person): Promise<void> {
  await tab.evaluate((other) => {
    localStorage.setItem('board.session', other);
    window.dispatchEvent(new StorageEvent('storage', { key: 'board.session' }));
  }, token);
}

describe('tabs of two users', () => {
  let board: Board;
  let browser: Browser;

  beforeAll(async () => {
    [board, browser] = [Board.shared(), await openChromium()];
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await board?.close();
  });

  it('the tabs of two users in one browser each receive the notifications of their own user only', async () => {
    const people = [await Person.signUp(board, 'one'), await Person.signUp(board, 'two')] as const;
    const context = await openContext(browser, board, null);
    const pages = await Promise.all([context.newPage(), context.newPage()]);
    for (const [index, page] of pages.entries()) {
      await page.goto('/icon.svg');
      await page.evaluate(async (token) => {
        const path = '/notifications.js';
        const { connect } = (await import(path)) as typeof import('../../public/notifications.js');
        window.heard = [];
        const client = connect({ url: '/api/notification/stream', getToken: () => token });
        client.addEventListener('notification', ({ detail }) =>
          window.heard.push(detail.notification),
        );
        await new Promise<void>((resolve) =>
          client.addEventListener('status', ({ detail }) => {
            if (detail.status === 'live') resolve();
          }),
        );
      }, people[index]!.token);
    }

    await people[1].vote(await people[0].ask('How do tides work?'));
    await people[0].vote(await people[1].ask('How do planes fly?'));

    expect(await heard(pages[0], 1)).toEqual([`${people[1].username} voted for your question.`]);
    expect(await heard(pages[1], 1)).toEqual([`${people[0].username} voted for your question.`]);
    await context.close();
  });

  it('a tab shows nothing of the previous user after another user has logged in', async () => {
    const first = await Person.signUp(board, 'first');
    const second = await Person.signUp(board, 'second');
    await second.vote(await first.ask('How do planes fly?'));
    const context = await openContext(browser, board, first);
    const tab = await openTab(context);
    await bellButton(tab).click();
    await items(tab).first().waitFor();
    await tab.keyboard.press('Escape');
    await badgeSays(tab, '1');
    await tab.route('**/api/notification/list?*', () => {}); // an answer that never comes

    await switchTo(tab, second);
    await badgeSays(tab, '');
    await bellButton(tab).click();

    await panel(tab).getByText('Loading').waitFor();
    expect(await items(tab).count()).toBe(0);
    await context.close();
  });

  it('the tabs of one browser change together when another user logs in', async () => {
    const first = await Person.signUp(board, 'first');
    const second = await Person.signUp(board, 'second');
    await first.vote(await second.ask('How do planes fly?'));
    const context = await openContext(browser, board, first);
    const tabs = [await openTab(context), await openTab(context)];

    await switchTo(tabs[0]!, second);

    for (const tab of tabs) await badgeSays(tab, '1');
    await context.close();
  });
});
