/** Cursors are numbers of an INTEGER column. */
const CURSOR_LIMIT = 2 ** 31;

/**
 * @param text what a client sent as its last event id
 * @returns undefined: none was sent, or it is not a cursor
 */
export function parseCursor(text: string | undefined): number | undefined {
  return text !== undefined && /^(0|[1-9]\d{0,9})$/.test(text) && Number(text) < CURSOR_LIMIT
    ? Number(text)
    : undefined;
}
