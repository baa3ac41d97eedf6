import type { Browser, Locator, Page } from 'playwright-core';
import { type OpenApi, type Operation, operationsOf } from '../support/openapi.js';
import { Board } from './support/board.js';
import { openChromium } from './support/chromium.js';
import { Person } from './support/person.js';

/** What the page of Swagger UI has for scripts. */
interface SwaggerWindow {
  ui: { preauthorizeApiKey(scheme: string, token: string): void };
}

/** The old one in the example of a change of the password. */
const PASSWORD = 'correct horse';

// Read before the tests are named: every operation that the document has is one of them.
const [board, browser]: [Board, Browser] = [Board.shared(), await openChromium()];
const response = await fetch(`${board.url}/api/docs-json`);
const operations = operationsOf((await response.json()) as OpenApi);

// The documented log-in is that of who signs up as documented.
const inOrder = operations.toSorted(
  ([, a], [, b]) => Number(b.endsWith('/signup')) - Number(a.endsWith('/signup')),
);

afterAll(async () => {
  await browser.close();
  await board.close();
});

async function openDocumentation(): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${board.url}/api/docs`);
  await page.getByText('/api/notification/stream-token').waitFor();
  return page;
}

/** As the dialog does, without opening it. */
async function authorize(page: Page, scheme: string, token: string): Promise<void> {
  await page.evaluate(
    (given) => (window as unknown as SwaggerWindow).ui.preauthorizeApiKey(...given),
    [scheme, token] as [string, string],
  );
}

/** Opens an operation to be tried. */
async function tryOut(page: Page, { tags: [tag], operationId }: Operation): Promise<Locator> {
  const operation = page.locator(`#operations-${tag}-${operationId}`);
  await operation.getByRole('button').first().click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  return operation;
}

/** Sends what is filled in. @returns the status that the server answers it with */
async function execute(operation: Locator, method: string, path: string): Promise<number> {
  const address = new RegExp(`^${path.replace('{id}', '\\d+')}$`);
  const answer = operation.page().waitForResponse((one) => {
    const isPath = address.test(new URL(one.url()).pathname);
    return isPath && one.request().method() === method;
  });
  await operation.getByRole('button', { name: 'Execute' }).click();
  return (await answer).status();
}

function find(id: string): [string, string, Operation] {
  return operations.find(([, , { operationId }]) => operationId === id)!;
}

describe('the documentation', () => {
  let page: Page;
  /** What the browser complained of, a forbidden script or style among it. */
  let complaints: string[];

  beforeEach(async () => {
    complaints = [];
    page = await openDocumentation();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.reload();
    await page.getByText('/api/notification/stream-token').waitFor();
  });

  afterEach(() => page.close());

  it('the documentation is shown under its policy without a complaint of the browser', () => {
    expect(complaints).toEqual([]);
  });

  it('the documentation can be searched for a word', async () => {
    const [method, path, documented] = find('QuestionController_list');
    const operation = await tryOut(page, documented);
    await operation.locator('tr[data-param-name="keyword"] input').fill('How');
    const request = page.waitForRequest((one) => one.url().includes('keyword=How'));
    expect(await execute(operation, method, path)).toBe(200);
    await request;
  });

  it('the documentation sends the token that was entered', async () => {
    const { token } = await Person.signUp(board);
    await page.getByRole('button', { name: 'Authorize' }).first().click();
    const dialog = page.locator('.modal-ux');
    const form = dialog.locator('form').filter({ hasText: 'bearer (http, Bearer)' });
    await form.getByLabel('auth-bearer-value').fill(token);
    await form.getByRole('button', { name: 'Apply credentials' }).click();
    await form.getByRole('button', { name: 'Close' }).click();
    const [method, path, documented] = find('UserController_me');
    expect(await execute(await tryOut(page, documented), method, path)).toBe(200);
  });

  it('the documentation opens a stream with a stream token in the address', async () => {
    const person = await Person.signUp(board);
    const token = await person.request('POST', 'notification/stream-token');
    const { stream_token } = token as { stream_token: string };
    await authorize(page, 'stream_token', stream_token);
    const [method, path, documented] = find('StreamController_stream');
    const request = page.waitForRequest((one) => one.url().includes(`token=${stream_token}`));
    expect(await execute(await tryOut(page, documented), method, path)).toBe(200);
    await request;
  });
});

describe('requests from the documentation', () => {
  let page: Page;

  beforeAll(async () => {
    page = await openDocumentation();
  }, 30_000);

  afterAll(() => page?.close());

  it.each(inOrder)(
    '%s %s, executed in the documentation, succeeds as documented',
    async (method, path, documented) => {
      const person = await Person.signUp(board, 'reader', 'en', PASSWORD);
      const question = await person.ask('How do I make this query fast?');
      const isAnswer = path.includes('/answer/');
      const { id } = isAnswer ? await person.answer(question, 'With an index.') : question;
      await authorize(page, 'bearer', person.token);
      const operation = await tryOut(page, documented);
      if (path.includes('{id}')) {
        await operation.locator('tr[data-param-name="id"] input').fill(String(id));
      }
      const status = await execute(operation, method, path);
      // Closed again: the page becomes slow with many that are open.
      await operation.getByRole('button').first().click();
      const [success] = Object.keys(documented.responses);
      expect(String(status)).toBe(success);
    },
  );
});
