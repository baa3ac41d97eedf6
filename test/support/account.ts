import { randomBytes } from 'node:crypto';
import type { Board, Person, Reply } from './board.js';

export const PASSWORD = 'correct horse';

export interface Account {
  id: number;
  username: string;
  email: string;
  locale: string;
  created_at: string;
}

export interface Grant {
  access_token: string;
  token_type: string;
  expires_in: number;
  username: string;
}

/** The body of a good sign-up; nobody has had its name and address before. */
export function newcomer(): { username: string; email: string; password: string } {
  const name = randomBytes(6).toString('hex');
  return { username: `new-${name}`, email: `${name}@example.test`, password: PASSWORD };
}

/** Somebody who signed up, and has not logged in. */
export function signUp(board: Board, fields: object = {}): Promise<Account> {
  return board.must('POST', '/api/user/signup', { body: { ...newcomer(), ...fields } });
}

export function tryLogIn(
  board: Board,
  username: string,
  password = PASSWORD,
): Promise<Reply<Grant>> {
  return board.call('POST', '/api/user/login', { body: { username, password } });
}

/** The same person with the token of another log-in. */
export async function logIn(board: Board, { id, username }: Account): Promise<Person> {
  const { status, body } = await tryLogIn(board, username);
  if (status !== 200) throw new Error(`The log-in gave ${status}`);
  return { id, username, token: body.access_token };
}
