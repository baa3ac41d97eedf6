import type { Locator, Page } from 'playwright-core';
import type { NotificationBell } from '../../../public/notification-bell.js';

declare global {
  interface HTMLElementTagNameMap {
    'notification-bell': NotificationBell;
  }
  interface Window {
    /** What the bell of this page has announced since `record`. */
    heard: { id: number; message: string }[];
    /** The texts of all toasts this page has shown since `record`. */
    toasted: string[];
  }
}

/** The parts of a bell, as people find them. */
export const badge = (page: Page): Locator => page.locator('notification-bell .badge');
export const bellButton = (page: Page): Locator =>
  page.getByRole('button', { name: /^(Notifications|알림)/ });
export const panel = (page: Page): Locator =>
  page.getByRole('dialog', { name: /^(Notifications|알림)$/ });
export const toasts = (page: Page): Locator => page.locator('notification-bell .toast');
export const items = (page: Page): Locator => panel(page).getByRole('listitem');
export const pill = (page: Page): Locator => page.locator('notification-bell .pill');

/** Fulfilled when the badge says so; an empty text means that there is none. */
export async function badgeSays(page: Page, text: string): Promise<void> {
  await page.waitForFunction((expected) => {
    const shown = document
      .querySelector('notification-bell')
      ?.shadowRoot?.querySelector<HTMLElement>('.badge');
    return shown && (shown.hidden ? '' : shown.textContent) === expected;
  }, text);
}

/** Notes what the bell announces and which toasts appear, from now on. */
export async function record(page: Page): Promise<void> {
  await page.evaluate(() => {
    const bell = document.querySelector('notification-bell')!;
    window.heard = [];
    window.toasted = [];
    bell.addEventListener('notification', (event) =>
      window.heard.push((event as CustomEvent<{ id: number; message: string }>).detail),
    );
    const stack = bell.shadowRoot!.querySelector('.toasts .stack')!;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes) window.toasted.push(node.textContent ?? '');
    }).observe(stack, { childList: true });
  });
}

/** @returns the messages heard since `record`, once there are at least `count` */
export async function heard(page: Page, count: number): Promise<string[]> {
  await page.waitForFunction((least) => window.heard.length >= least, count);
  return page.evaluate(() => window.heard.map(({ message }) => message));
}

/** @returns how many toasts the pages have shown since `record`, together */
export async function toastCount(pages: Page[]): Promise<number> {
  const counts = await Promise.all(pages.map((page) => page.evaluate(() => window.toasted.length)));
  return counts.reduce((sum, count) => sum + count, 0);
}
