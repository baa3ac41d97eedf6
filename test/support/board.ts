import { createHmac, randomBytes } from 'node:crypto';
import type { TestDatabase } from './database.js';
import { EventStream } from './event-stream.js';

export interface Person {
  id: number;
  username: string;
  token: string;
}

export interface Reply<Body = unknown> {
  status: number;
  headers: Headers;
  body: Body;
}

/** A JWT as any service that holds the secret could mint it. */
export function signToken(
  claims: object,
  secret: string,
  header: object = { alg: 'HS256' },
): string {
  const signed = [{ typ: 'JWT', ...header }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** What people do on a board that runs at `url`. */
export class Board {
  constructor(
    readonly url: string,
    private readonly secret: string,
    private readonly data: TestDatabase,
    private readonly send: typeof fetch = fetch,
  ) {}

  /** Somebody with a row in `users`, as other tools put them in, and a token of any service. */
  async person({
    username,
    locale = 'ko',
  }: { username?: string; locale?: string } = {}): Promise<Person> {
    const name = username ?? `user-${randomBytes(6).toString('hex')}`;
    const [row] = await this.data.query<{ id: number }>(
      `INSERT INTO users (username, email, password_hash, locale)
       VALUES ($1, $2, 'none', $3) RETURNING id`,
      [name, `${randomBytes(6).toString('hex')}@example.test`, locale],
    );
    const id = row!.id;
    return { id, username: name, token: this.token(id) };
  }

  /** @param claims more, or others, than those of a good token */
  token(id: number, claims: object = {}, secret = this.secret): string {
    const now = Math.floor(Date.now() / 1000);
    const standard = { sub: String(id), username: 'whoever', iat: now, exp: now + 600 };
    return signToken({ ...standard, ...claims }, secret);
  }

  async call<Body = unknown>(
    method: string,
    path: string,
    {
      as,
      body,
      headers = {},
    }: { as?: Person | undefined; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Reply<Body>> {
    const response = await this.send(this.url + path, {
      method,
      headers: {
        ...(as && { authorization: `Bearer ${as.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as Body,
    };
  }

  /** @throws when the answer is not a success */
  async must<Body = unknown>(
    method: string,
    path: string,
    options: { as?: Person; body?: unknown } = {},
  ): Promise<Body> {
    const { status, body } = await this.call<Body>(method, path, options);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async ask(as: Person): Promise<number> {
    const body = { subject: 'How?', content: 'Like this?' };
    return (await this.must<{ id: number }>('POST', '/api/question', { as, body })).id;
  }

  async answer(as: Person, questionId: number): Promise<number> {
    const body = { content: 'Like that.' };
    const path = `/api/question/${questionId}/answer`;
    return (await this.must<{ id: number }>('POST', path, { as, body })).id;
  }

  voteForQuestion(as: Person, id: number): Promise<unknown> {
    return this.must('POST', `/api/question/${id}/vote`, { as });
  }

  voteForAnswer(as: Person, id: number): Promise<unknown> {
    return this.must('POST', `/api/answer/${id}/vote`, { as });
  }

  list(as: Person, query = ''): Promise<NotificationList> {
    return this.must('GET', `/api/notification/list${query}`, { as });
  }

  /** Opens a stream; resolves with the answer's headers. */
  stream(as: Person, options: { lastEventId?: string; query?: string } = {}): Promise<EventStream> {
    const { lastEventId, query = '' } = options;
    return EventStream.open(
      `${this.url}/api/notification/stream?token=${as.token}${query}`,
      lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId },
    );
  }
}

export interface NotificationItem {
  id: number;
  actor_username: string;
  event_type: string;
  resource_type: string;
  resource_id: number;
  message: string;
  is_read: boolean;
  created_at: string;
}

export interface NotificationList {
  total: number;
  unread_count: number;
  rev: number;
  cursor: number;
  notifications: NotificationItem[];
}
