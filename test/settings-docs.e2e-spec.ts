import { readFile } from 'node:fs/promises';
import { variables } from '../src/config/settings.js';
import { createDatabase } from './support/database.js';
import { defaultOf, envExample } from './support/env-example.js';
import { tables } from './support/markdown.js';
import { ServerProcess } from './support/server-process.js';

const names = variables.map(({ name }) => name);

it('.env.example has every variable that the code reads, with its meaning and default, and no other', async () => {
  expect(await readFile('.env.example', 'utf8')).toBe(envExample());
});

describe.each([
  ['README.md', 'variable', /^(none|an? |all )/],
  ['README.ko.md', '변수', /^(없음|내장 |무작위로 |모든 )/],
])('the table of variables in %s', (document, header, none) => {
  /** By name: what it says is the default. */
  let table: Map<string, string>;
  beforeAll(async () => {
    const all = tables(await readFile(document, 'utf8'));
    const [, ...rows] = all.find(([first]) => first![0] === header)!;
    table = new Map(
      rows.flatMap(([cell, defaults]) => {
        const found = [...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
        const separator = defaults!.includes(';') && found.length > 1 ? ';' : ',';
        const each = found.length > 1 ? defaults!.split(separator) : [defaults!];
        return found.map((name, index): [string, string] => [name, each[index]?.trim() ?? '']);
      }),
    );
  });

  it('the table of variables has every variable, and no other', () => {
    // What it is for is said above the table, where it is used.
    expect([...table.keys(), 'NODE_ENV'].sort()).toEqual(names.toSorted());
  });

  it.each(variables.filter(({ name }) => name !== 'NODE_ENV'))(
    'the table of variables has the default of $name',
    ({ name, fallback }) => {
      const said = table.get(name)!.replaceAll('`', '');
      const isNone = defaultOf(fallback) === '';
      expect(isNone ? none.test(said) : said === defaultOf(fallback)).toBe(true);
    },
  );
});

describe('invalid settings', () => {
  const MARKER = 'mArKeR';
  // Whatever is text is taken as it is; the others are wrong.
  const TEXTS = new Set(['HOST', 'REDIS_PREFIX', 'METRICS_TOKEN', 'LOG_FILE']);

  it('a server with nothing but invalid settings names every wrong variable at once, and repeats no value', async () => {
    const given = names.map((name): [string, string] => [name, `${MARKER}-${name}`]);
    const server = ServerProcess.spawn(Object.fromEntries(given));
    const exit = await server.exited;
    const named = server.complaints
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect([exit.code, named, server.output.includes(MARKER)]).toEqual([
      1,
      names.filter((name) => !TEXTS.has(name)),
      false,
    ]);
  });

  it.each([
    ['DATABASE_URL', { DATABASE_URL: `postgres://me:${MARKER}@127.0.0.1:1/${MARKER}` }],
    ['DATABASE_URL in the query', { DATABASE_URL: `postgres://127.0.0.1:1/x?password=${MARKER}` }],
  ])('a server does not print a password of %s that it cannot use', async (_, environment) => {
    const server = ServerProcess.spawn({
      NODE_ENV: 'production',
      LOG_LEVEL: 'verbose',
      JWT_SECRET: MARKER.repeat(8),
      METRICS_TOKEN: MARKER,
      REDIS_URL: `redis://:${MARKER}@127.0.0.1:1`,
      ...environment,
    });
    await server.says(/Unavailable, next attempt/);
    await server.kill('SIGKILL');
    expect(server.output).not.toContain(MARKER);
  });
});

it('a server that starts with secrets prints none of them, at the most verbose level, until it has ended', async () => {
  const database = await createDatabase();
  const url = new URL(database.url);
  const secrets = {
    JWT_SECRET: 'a-jwt-secret-that-must-not-be-seen-anywhere',
    METRICS_TOKEN: 'a-metrics-token-that-must-not-be-seen',
    REDIS_URL: 'redis://:a-redis-password-that-must-not-be-seen@127.0.0.1:1',
  };
  const server = await ServerProcess.start({
    DATABASE_URL: database.url,
    NODE_ENV: 'production',
    LOG_LEVEL: 'verbose',
    ...secrets,
  });
  // Redis is away: the server reports that, too.
  await server.says(/Unavailable, other instances/);
  await server.kill('SIGTERM');
  await database.drop();
  const all = ['a-redis-password', url.password, secrets.JWT_SECRET, secrets.METRICS_TOKEN];
  const seen = all.filter((secret) => secret !== '' && server.output.includes(secret));
  expect(seen).toEqual([]);
});
