import { readdir } from 'node:fs/promises';
import { createDatabase, type TestDatabase } from './support/database.js';
import { ServerProcess } from './support/server-process.js';

const ENTRIES = ['/notification-bell.js', '/notifications.js'];
const ORIGIN = 'https://elsewhere.example';
/** What a browser reads of an answer, apart from its text. */
const HEADERS = [
  'content-type',
  'cache-control',
  'content-security-policy',
  'access-control-allow-origin',
  'cross-origin-resource-policy',
  'etag',
];

let database: TestDatabase;
let withBoard: ServerProcess;
let withoutBoard: ServerProcess;
beforeAll(async () => {
  database = await createDatabase();
  const environment = { DATABASE_URL: database.url, CORS_ORIGINS: ORIGIN };
  [withBoard, withoutBoard] = await Promise.all([
    ServerProcess.start(environment),
    ServerProcess.start({ ...environment, DEMO_PAGE: 'off' }),
  ]);
});
afterAll(async () => {
  await Promise.all([withBoard, withoutBoard].map((server) => server?.kill('SIGTERM')));
  await database?.drop();
});

function get(server: ServerProcess, path: string): Promise<Response> {
  return fetch(server.url + path, { headers: { origin: ORIGIN } });
}

/** The entries and all that they import, as a browser would load them: path by path, the answer. */
async function load(server: ServerProcess): Promise<Map<string, Response>> {
  const loaded = new Map<string, Response>();
  for (const paths = [...ENTRIES]; paths.length > 0;) {
    const path = paths.pop()!;
    if (loaded.has(path)) continue;
    const response = await get(server, path);
    loaded.set(path, response.clone());
    const imports = (await response.text()).matchAll(/^(?:import|export)\b[^;]*?from '(.+?)';/gm);
    paths.push(...[...imports].map(([, to]) => new URL(to!, server.url + path).pathname));
  }
  return loaded;
}

/** Every file of the board, as the path it is served at. */
async function filesOfBoard(): Promise<string[]> {
  const entries = await readdir('public/board', { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => `${parentPath}/${name}`);
  return ['/', '/index.html', '/icon.svg', ...paths.map((path) => path.replace(/^public/, ''))];
}

async function statuses(server: ServerProcess, paths: string[]): Promise<number[]> {
  const answers = await Promise.all(paths.map((path) => get(server, path)));
  return [...new Set(answers.map(({ status }) => status))];
}

it('DEMO_PAGE=off serves the bell, its client and every module that they import', async () => {
  const loaded = await load(withoutBoard);
  const missing = [...loaded].filter(([, { status }]) => status !== 200).map(([path]) => path);
  expect([missing, loaded.size > 20]).toEqual([[], true]);
});

it('DEMO_PAGE=off changes no header of the bell, its client and what they import', async () => {
  const [on, off] = (await Promise.all([load(withBoard), load(withoutBoard)])).map((loaded) =>
    Object.fromEntries(
      [...loaded].map(([path, { headers }]) => [path, HEADERS.map((name) => headers.get(name))]),
    ),
  );
  expect(off).toEqual(on);
});

it('DEMO_PAGE=off answers 404 for every file of the board', async () => {
  expect(await statuses(withoutBoard, await filesOfBoard())).toEqual([404]);
});

it('DEMO_PAGE=off answers 404 for a file of the board whose path is written otherwise', async () => {
  const paths = ['/%62oard/main.js', '/bell/..%2fboard/main.js', '//index.html', '/icon%2Esvg'];
  expect(await statuses(withoutBoard, paths)).toEqual([404]);
});

it('DEMO_PAGE=off answers 404 for a file of the bell that is asked for as a folder, and the reverse', async () => {
  const paths = ['/notification-bell.js/', '/notifications.js/', '/bell', '/bell/', '/lib/'];
  expect(await statuses(withoutBoard, paths)).toEqual([404]);
});

it('without DEMO_PAGE every file of the board is served', async () => {
  expect(await statuses(withBoard, await filesOfBoard())).toEqual([200]);
});
