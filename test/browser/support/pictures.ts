import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Where the pictures of a run are put: SCREENSHOTS, or a folder among the temporary ones. */
const FOLDER = process.env.SCREENSHOTS ?? join(tmpdir(), 'board-screenshots');

/** Leaves a PNG of what the window shows; movements are over by then. */
export async function takePicture(page: Page, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
}
