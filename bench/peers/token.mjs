import { createHmac } from 'node:crypto';

const secret = process.env.JWT_SECRET;

/** @param {string} token @returns {{ id: number, username: string }} @throws for a bad signature */
export function holderOf(token) {
  const end = token.lastIndexOf('.');
  const signature = createHmac('sha256', secret).update(token.slice(0, end)).digest('base64url');
  if (signature !== token.slice(end + 1)) throw new Error('Bad signature');
  const claims = JSON.parse(Buffer.from(token.slice(token.indexOf('.') + 1, end), 'base64url'));
  return { id: Number(claims.sub), username: claims.username };
}

/** @param {string | undefined} url @returns {string} the value of `token` in the query */
export function tokenIn(url) {
  return /[?&]token=([^&]*)/.exec(url)?.[1] ?? '';
}
