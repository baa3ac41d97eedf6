/** A JWT, also one whose dots are written as they may be in an address. */
const TOKEN = /eyJ[\w-]+(?:(?:\.|%2e)[\w-]*)*/gi;

/** The same text, with what looks like a token gone: somebody may have put one where none belongs. */
export function hideTokens(text: string): string {
  return text.replace(TOKEN, '[token]');
}
