import { randomBytes } from 'node:crypto';
import type { Board } from './board.js';

/** A post as far as tests look at it. */
export interface Post {
  id: number;
}

/** Somebody with an account, who acts by requests; as such the other side of what a browser shows. */
export class Person {
  private constructor(
    private readonly board: Board,
    readonly username: string,
    readonly password: string,
    /** An access token. */
    public token: string,
  ) {}

  /** @param given a password; without it one that nobody else has */
  static async signUp(
    board: Board,
    name = 'person',
    locale = 'en',
    given?: string,
  ): Promise<Person> {
    // Several files share a board.
    const mark = randomBytes(4).toString('hex');
    const username = `${name}${mark}`;
    const password = given ?? `secret-of-${username}`;
    const person = new Person(board, username, password, '');
    const email = `${mark}@example.com`;
    await person.request('POST', 'user/signup', { username, email, password, locale });
    await person.logIn();
    return person;
  }

  /** Somebody who has an account already. */
  static async existing(board: Board, username: string, password: string): Promise<Person> {
    const person = new Person(board, username, password, '');
    await person.logIn();
    return person;
  }

  async logIn(): Promise<void> {
    const { username, password } = this;
    const answer = await this.request('POST', 'user/login', { username, password });
    this.token = (answer as { access_token: string }).access_token;
  }

  async ask(subject: string, content = 'What do you think?'): Promise<Post> {
    return (await this.request('POST', 'question', { subject, content })) as Post;
  }

  async answer(question: Post, content: string): Promise<Post> {
    return (await this.request('POST', `question/${question.id}/answer`, { content })) as Post;
  }

  async vote(question: Post): Promise<void> {
    await this.request('POST', `question/${question.id}/vote`);
  }

  async voteAnswer(answer: Post): Promise<void> {
    await this.request('POST', `answer/${answer.id}/vote`);
  }

  /** @throws {Error} for any answer that is no success */
  async request(method: string, path: string, body?: object): Promise<unknown> {
    const headers: Record<string, string> = {};
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    if (body) headers['content-type'] = 'application/json';
    const answer = await fetch(`${this.board.url}/api/${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}
