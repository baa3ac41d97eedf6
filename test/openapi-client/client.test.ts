// Uses the API as a stranger with nothing but its OpenAPI document would. That it compiles says that
// the document has these parameters and fields; that it passes says that the server has them, too.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import createClient from 'openapi-fetch';
import type { components, paths } from './generated/api.js';

type Schemas = components['schemas'];

const baseUrl = process.env['API_URL'];
if (!baseUrl) throw new Error('API_URL is the address of the server');

const called = new Set<string>();

/** A client that notes what it calls. @param token an access token; undefined: nobody's */
function clientOf(token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const client = createClient<paths>({ baseUrl: baseUrl!, headers });
  client.use({
    onRequest({ request, schemaPath }) {
      called.add(`${request.method} ${schemaPath}`);
    },
  });
  return client;
}

type Client = ReturnType<typeof clientOf>;

/** What a call gave. @throws {AssertionError} it failed */
function must<T>({ data, error }: { data?: T; error?: unknown }): NonNullable<T> {
  assert.ok(data, `the call gave ${JSON.stringify(error)}`);
  return data;
}

const guest = clientOf();
const password = 'correct horse';

async function newcomer(
  username: string,
): Promise<{ client: Client; account: Schemas['AccountDto'] }> {
  const body = { username, email: `${username}@example.test`, password, locale: 'en' } as const;
  const account = must(await guest.POST('/api/user/signup', { body }));
  const { access_token } = must(
    await guest.POST('/api/user/login', { body: { username, password } }),
  );
  return { client: clientOf(access_token), account };
}

const { client: author, account } = await newcomer('author');
const { client: reader } = await newcomer('reader');

async function ask(): Promise<Schemas['QuestionDto']> {
  const body = { subject: 'How do I make this query fast?', content: 'It takes two seconds.' };
  return must(await author.POST('/api/question', { body }));
}

async function answer(id: number): Promise<Schemas['AnswerDto']> {
  const body = { content: 'With an index.' };
  return must(await reader.POST('/api/question/{id}/answer', { params: { path: { id } }, body }));
}

await test('an account has the language that it was made with', () => {
  assert.equal(account.locale, 'en');
});

await test('a name that is taken is an error with a message', async () => {
  const body = { username: 'author', email: 'other@example.test', password, locale: 'ko' } as const;
  const { error } = await guest.POST('/api/user/signup', { body });
  assert.equal(error?.message, 'username is taken');
});

await test('users see and change their own account', async () => {
  const changed = must(await reader.PUT('/api/user/me', { body: { locale: 'ko' } }));
  assert.deepEqual(must(await reader.GET('/api/user/me')), changed);
});

await test('a renewed token is a good one', async () => {
  const { access_token } = must(await author.POST('/api/user/renew'));
  assert.equal(must(await clientOf(access_token).GET('/api/user/me')).id, account.id);
});

await test('a changed password gives a new token', async () => {
  const { client } = await newcomer('changer');
  const body = { old_password: password, new_password: 'battery staple' };
  const { token_type } = must(await client.PUT('/api/user/password', { body }));
  assert.equal(token_type, 'bearer');
});

await test('a log-out has no body', async () => {
  const { client } = await newcomer('leaver');
  const { response } = await client.POST('/api/user/logout');
  assert.equal(response.status, 204);
});

await test('a question is found by a word of it', async () => {
  const { id } = await ask();
  const query = { keyword: 'How', page: 0, size: 1 };
  const { questions } = must(await guest.GET('/api/question/list', { params: { query } }));
  assert.deepEqual(
    questions.map((question) => question.id),
    [id],
  );
});

await test('a question comes with its answers', async () => {
  const { id } = await ask();
  const { content } = await answer(id);
  const { answers } = must(await guest.GET('/api/question/{id}', { params: { path: { id } } }));
  assert.equal(answers[0]?.content, content);
});

await test('authors rewrite their question', async () => {
  const path = { id: (await ask()).id };
  const body = { subject: 'Solved', content: 'Thank you.' };
  const { subject } = must(await author.PUT('/api/question/{id}', { params: { path }, body }));
  assert.equal(subject, 'Solved');
});

await test('authors delete their question', async () => {
  const path = { id: (await ask()).id };
  const { response } = await author.DELETE('/api/question/{id}', { params: { path } });
  assert.equal(response.status, 204);
});

await test('a vote for a question counts until it is taken back', async () => {
  const path = { id: (await ask()).id };
  const given = must(await reader.POST('/api/question/{id}/vote', { params: { path } }));
  const back = must(await reader.DELETE('/api/question/{id}/vote', { params: { path } }));
  assert.deepEqual([given.vote_count, back.vote_count], [1, 0]);
});

await test('authors read and rewrite their answer', async () => {
  const path = { id: (await answer((await ask()).id)).id };
  const body = { content: 'Without one.' };
  const changed = must(await reader.PUT('/api/answer/{id}', { params: { path }, body }));
  const read = must(await reader.GET('/api/answer/{id}', { params: { path } }));
  assert.deepEqual(read, changed);
});

await test('authors delete their answer', async () => {
  const path = { id: (await answer((await ask()).id)).id };
  const { response } = await reader.DELETE('/api/answer/{id}', { params: { path } });
  assert.equal(response.status, 204);
});

await test('a vote for an answer counts until it is taken back', async () => {
  const path = { id: (await answer((await ask()).id)).id };
  const given = must(await author.POST('/api/answer/{id}/vote', { params: { path } }));
  const back = must(await author.DELETE('/api/answer/{id}/vote', { params: { path } }));
  assert.deepEqual([given.voted, back.voted], [true, false]);
});

await test('notifications are listed with the counts that go with them', async () => {
  const query = { size: 100 };
  const list = must(await author.GET('/api/notification/list', { params: { query } }));
  const unread = list.notifications.filter((notification) => !notification.is_read);
  assert.equal(list.unread_count, unread.length);
});

await test('a notification of no inbox is passed over', async () => {
  const body = { notification_ids: [2_147_483_647] };
  const { updated } = must(await author.PUT('/api/notification/read', { body }));
  assert.equal(updated, 0);
});

await test('everything is marked as read', async () => {
  const { unread_count } = must(await author.PUT('/api/notification/read-all'));
  assert.equal(unread_count, 0);
});

await test('a stream begins with an event that names the user', async () => {
  must(await author.POST('/api/notification/stream-token'));
  const { data } = await author.GET('/api/notification/stream', { parseAs: 'stream' });
  const reading = data!.getReader();
  const { value } = await reading.read();
  await reading.cancel();
  const [, json] = /^event: connected\n(?:.+\n)*data: (.+)$/m.exec(
    new TextDecoder().decode(value),
  )!;
  const { user_id } = JSON.parse(json!) as Schemas['ConnectedData'];
  assert.equal(user_id, account.id);
});

await test('a server that runs is live', async () => {
  assert.equal(must(await guest.GET('/health/live')).status, 'ok');
});

await test('a server with a database is ready', async () => {
  assert.equal(must(await guest.GET('/health/ready')).details.database?.status, 'up');
});

await test('the metrics are text', async () => {
  const text: string = must(await guest.GET('/metrics', { parseAs: 'text' }));
  assert.match(text, /^# HELP /);
});

await test('every operation of the document was called', async () => {
  const document = JSON.parse(await readFile('generated/openapi.json', 'utf8')) as {
    paths: Record<string, object>;
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual([...called].sort(), operations.sort());
});
