import type { MessageEvent } from '@nestjs/common';

const SHORTEST_MS = 2_000;
const LONGEST_MS = 4_000;

/** Milliseconds after which a browser reconnects: random, so that they do not all reconnect at once. */
export function reconnectMs(): number {
  return SHORTEST_MS + Math.floor(Math.random() * (LONGEST_MS - SHORTEST_MS + 1));
}

/** A frame without data causes no event in a browser: it sets the cursor and the pause before reconnecting. */
export function reconnectFrame(cursor: string): MessageEvent {
  return { id: cursor, retry: reconnectMs() };
}
