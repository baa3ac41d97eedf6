import { Client } from 'pg';
import type { TestDatabase } from '../support/database.js';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Holds up the storing of notifications for a while, so that votes are answered whose author is not
 * notified yet; `then` happens in that state. While PostgreSQL is unavailable, only `then` happens.
 */
export async function holdUpStoring(
  { url }: TestDatabase,
  milliseconds: number,
  then: () => Promise<void>,
): Promise<void> {
  const holder = new Client(url);
  holder.on('error', () => undefined);
  try {
    await holder.connect();
    await holder.query("SET lock_timeout = '5s'; BEGIN; LOCK TABLE notification IN EXCLUSIVE MODE");
    await pause(milliseconds);
  } catch {
    // Another hand was faster.
  }
  await then();
  await holder.end();
}
