import { JWT_SECRET } from './support/app.js';
import { Board, type Person } from './support/board.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { closeStreams, EventStream } from './support/event-stream.js';
import { exchange } from './support/raw-connection.js';
import { killServers, ServerProcess } from './support/server-process.js';
import { TcpProxy } from './support/tcp-proxy.js';

const METRICS_TOKEN = 'a token of the metrics that nobody may see';
const PASSWORD = 'a password that can be searched for';
const NEW_PASSWORD = 'another password to be searched for';

/** What comes back without being asked for: all but the successes, which may carry tokens. */
type Heard = string[];

describe.each([
  ['in production', { NODE_ENV: 'production' }],
  ['in development', { NODE_ENV: 'development' }],
])('all that a server says of itself %s', (_, environment) => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let server: ServerProcess;
  let board: Board;
  const heard: Heard = [];
  /** By what they are. */
  const secrets: Record<string, string> = {};

  beforeAll(async () => {
    database = await createDatabase();
    proxy = await TcpProxy.to(database.url);
    server = await ServerProcess.start({
      DATABASE_URL: proxy.url,
      METRICS_TOKEN,
      LOG_LEVEL: 'debug',
      ...environment,
    });
    board = new Board(server.url, JWT_SECRET, database);
    await useEverything();
    await breakEverything();
    heard.push(await metrics());
    await server.kill('SIGTERM');
    heard.push(server.output);
  }, 60_000);
  afterAll(async () => {
    closeStreams();
    await killServers();
    await proxy.close();
    await database.drop();
  });

  /** Keeps what is refused. */
  async function call(
    method: string,
    path: string,
    options: { as?: Person; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<unknown> {
    const { status, headers, body } = await board.call(method, path, options);
    if (status >= 400) heard.push(JSON.stringify([...headers]), JSON.stringify(body));
    return body;
  }

  async function metrics(): Promise<string> {
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    const { body } = await board.call('GET', '/metrics', { headers });
    return typeof body === 'string' ? body : JSON.stringify(body);
  }

  async function useEverything(): Promise<void> {
    const account = { username: 'secretive', email: 'secretive@example.test', password: PASSWORD };
    const { id } = (await call('POST', '/api/user/signup', { body: account })) as { id: number };
    const logIn = { username: 'secretive', password: PASSWORD };
    const { access_token } = (await call('POST', '/api/user/login', { body: logIn })) as {
      access_token: string;
    };
    const as = { id, username: 'secretive', token: access_token };
    secrets['access token'] = access_token;
    const [row] = await database.query<{ password_hash: string }>(
      'SELECT password_hash FROM users WHERE id = $1',
      [id],
    );
    secrets['hash of the password'] = row!.password_hash;
    await call('POST', '/api/user/login', { body: { ...logIn, password: `${PASSWORD}?` } });
    const body = (await call('POST', '/api/notification/stream-token', { as })) as {
      stream_token: string;
    };
    secrets['stream token'] = body.stream_token;
    await followEverywhere(as, body.stream_token);
    const change = { old_password: PASSWORD, new_password: NEW_PASSWORD };
    const grant = (await call('PUT', '/api/user/password', { as, body: change })) as {
      access_token: string;
    };
    secrets['token after the change'] = grant.access_token;
    await call('PUT', '/api/user/password', {
      as: { ...as, token: grant.access_token },
      body: change,
    });
    await call('GET', '/api/user/me', { as });
  }

  /** A stream with each token in each place, and something that happens on it. */
  async function followEverywhere(as: Person, streamToken: string): Promise<void> {
    const question = await board.ask(as);
    const streams = [
      await board.stream(as),
      await board.stream({ ...as, token: streamToken }),
      await EventStream.open(`${server.url}/api/notification/stream`, {
        authorization: `Bearer ${as.token}`,
      }),
    ];
    await board.answer(await board.person(), question);
    for (const stream of streams) await stream.next('notification');
    closeStreams();
  }

  /** Tokens where they do not belong, in requests that fail in every way there is. */
  async function breakEverything(): Promise<void> {
    const { 'access token': access, 'stream token': stream } = secrets;
    for (const token of [access!, stream!]) {
      for (const path of ['/api/nowhere', '/api/notification/list', '/api/question/x', '/%zz']) {
        await call('GET', `${path}?token=${token}`);
        await call('POST', `${path}?token=${token}`, { headers: { authorization: token } });
      }
      await call('GET', `/api/notification/stream?token=${token}`);
      await call('GET', `/api/notification/stream%3Ftoken=${token}`);
      await call('GET', `/api/notification/stream&token=${token.replaceAll('.', '%2e')}`);
      await call('GET', `/api/question/list?size=0&token=${token}`);
      await call('GET', `/api/question/list?token=${token}&keyword=${'k'.repeat(9_000)}`);
      await call('POST', '/api/user/login', {
        body: `{"password": "${PASSWORD}", "token": ${token}}`,
      });
      await call('POST', '/api/user/login', { body: `{"password": "${PASSWORD}"` });
      await call('POST', '/api/user/login', { body: `"${PASSWORD}"` });
      heard.push(
        await exchange(server.url, `GET /?token=${token} HTTP/1.1\r\nX\r\n\r\n`),
        await exchange(server.url, `GET /?token=${token} HTTP/9.9\r\n\r\n`),
      );
    }
    await breakDatabase();
  }

  async function breakDatabase(): Promise<void> {
    const as = await board.person();
    secrets['token while the database fails'] = as.token;
    await database.query('ALTER TABLE users RENAME TO gone');
    const body = { username: 'unlucky', email: 'unlucky@example.test', password: PASSWORD };
    await call('POST', '/api/user/signup', { body });
    await call('POST', '/api/user/login', { body: { username: 'unlucky', password: PASSWORD } });
    await call('GET', `/api/user/me?token=${as.token}`, { as });
    await database.query('ALTER TABLE gone RENAME TO users');
    proxy.goAway();
    await call('POST', '/api/user/signup', { body });
    await call('GET', `/api/notification/list?token=${as.token}`, { as });
    proxy.comeBack();
  }

  const all = () => ({
    ...secrets,
    password: PASSWORD,
    'any hash of a password': '$argon2',
    'new password': NEW_PASSWORD,
    'secret of the tokens': JWT_SECRET,
    'token of the metrics': METRICS_TOKEN,
    'address of the database': new URL(database.url).password || database.url,
  });

  it('the output of a server holds the failures of the test', () => {
    const signs = ['/api/user/signup', '/api/notification/stream', 'does not exist', '503', '500'];
    expect(signs.filter((sign) => !server.output.includes(sign))).toEqual([]);
  });

  it('the output of a server holds no secret: not in its log, not in an error, not in a metric', () => {
    const leaks = Object.entries(all()).flatMap(([name, secret]) =>
      heard
        .filter((text) => text.includes(secret))
        .map((text) => `${name}: ${around(text, secret)}`),
    );
    expect(leaks).toEqual([]);
  });

  it('the output of a server holds no part of a token from which the rest could be known', () => {
    const tokens = Object.entries(all()).filter(([name]) => name.includes('token'));
    const leaks = tokens.flatMap(([name, token]) =>
      token
        .split('.')
        .slice(1)
        .filter((part) => heard.some((text) => text.includes(part)))
        .map(() => name),
    );
    expect(leaks).toEqual([]);
  });

  it('the output of a server holds no e-mail address', () => {
    expect(
      heard
        .filter((text) => text.includes('example.test'))
        .map((text) => around(text, 'example.test')),
    ).toEqual([]);
  });
});

/** Where it stands, for who has to find out why. */
function around(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return text.slice(Math.max(0, at - 200), at + 20);
}
