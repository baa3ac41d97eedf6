import { type Account, PASSWORD, signUp, tryLogIn } from './support/account.js';
import { startApp, type TestApp } from './support/app.js';
import type { Person, Reply } from './support/board.js';
import { closeStreams } from './support/event-stream.js';

/** What is counted in a minute. */
const BY_ADDRESS = 600;
const WRITES = 1_200;
const STREAMS = 120;
const FAILURES = 10;

const WRONG = 'wrong horse';

/** Statuses, and how often each came. */
function countStatuses(replies: { status: number }[]): object {
  const counts: Record<number, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

async function repeat<T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < times; index += 1) results.push(await work(index));
  return results;
}

/** So many at once that no connection is refused. */
async function repeatWide(times: number, work: (index: number) => Promise<{ status: number }>) {
  const rows = await repeat(times / 20, (row) =>
    Promise.all(Array.from({ length: 20 }, (_, column) => work(row * 20 + column))),
  );
  return rows.flat();
}

const tooMany = (message: string) => ({
  status: 429,
  body: { statusCode: 429, message, error: 'Too Many Requests' },
});

function seconds({ headers }: Reply): number {
  const text = headers.get('retry-after') ?? '';
  return /^\d+$/.test(text) ? Number(text) : NaN;
}

describe('default limits', () => {
  let board: TestApp;
  beforeAll(async () => {
    board = await startApp({ TRUST_PROXY: '1', SSE_MAX_STREAMS_PER_USER: '1' });
  });
  afterAll(() => board.stop());
  afterEach(closeStreams);

  /** Each test calls from addresses of its own. */
  const from = (address: string) => ({ 'x-forwarded-for': address });

  const logIn = (address: string, username: string, password: string) =>
    board.call('POST', '/api/user/login', {
      body: { username, password },
      headers: from(address),
    });

  const touch = (as: Person) => board.call('POST', '/api/notification/stream-token', { as });

  it('writes are counted by user, and refused past the limit', async () => {
    const person = await board.person();
    const statuses = countStatuses(await repeatWide(WRITES, () => touch(person)));
    const { status, body, headers } = await touch(person);
    expect([statuses, { status, body }]).toEqual([
      { 201: WRITES },
      tooMany('Too many requests; try again later'),
    ]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('writes of one user do not count for another', async () => {
    const person = await board.person();
    await repeatWide(WRITES, () => touch(person));
    expect((await touch(await board.person())).status).toBe(201);
  });

  it('reads succeed past the limit of writes', async () => {
    const person = await board.person();
    await repeatWide(WRITES, () => touch(person));
    expect((await board.call('GET', '/api/user/me', { as: person })).status).toBe(200);
  });

  it('sign-ups and log-ins are counted by address, and say when to try again', async () => {
    // Refused for what they hold, and counted all the same.
    await repeatWide(BY_ADDRESS, () => logIn('192.0.2.1', '', ''));
    const reply = await logIn('192.0.2.1', 'somebody', PASSWORD);
    expect([reply.status, seconds(reply) > 0 && seconds(reply) <= 60]).toEqual([429, true]);
  });

  it('sign-ups and log-ins of one address do not count for another', async () => {
    await repeatWide(BY_ADDRESS, () => logIn('192.0.2.2', '', ''));
    expect((await logIn('192.0.2.3', 'somebody', PASSWORD)).status).toBe(401);
  });

  it('users of an address stay logged in when its log-ins are past the limit', async () => {
    await repeatWide(BY_ADDRESS, () => logIn('192.0.2.4', '', ''));
    const { status } = await board.call('POST', '/api/notification/stream-token', {
      as: await board.person(),
      headers: from('192.0.2.4'),
    });
    expect(status).toBe(201);
  });

  describe('wrong passwords', () => {
    let account: Account;
    beforeEach(async () => {
      account = await signUp(board);
    });
    let count = 0;
    const newAddress = () => `198.51.100.${(count += 1)}`;

    it('wrong passwords are refused past the limit, and the right one with them', async () => {
      const address = newAddress();
      const tries = await repeat(FAILURES, () => logIn(address, account.username, WRONG));
      const { status, body } = await logIn(address, account.username, PASSWORD);
      expect([tries.map(({ status }) => status), { status, body }]).toEqual([
        Array.from({ length: FAILURES }, () => 401),
        tooMany('Too many wrong passwords; try again later'),
      ]);
    });

    it('wrong passwords past the limit say when to try again', async () => {
      const address = newAddress();
      await repeat(FAILURES, () => logIn(address, account.username, WRONG));
      const reply = await logIn(address, account.username, WRONG);
      expect(seconds(reply) > 0 && seconds(reply) <= 60).toBe(true);
    });

    it('wrong passwords of a stranger lock nobody out', async () => {
      const address = newAddress();
      await repeat(FAILURES + 1, () => logIn(address, account.username, WRONG));
      expect((await logIn(newAddress(), account.username, PASSWORD)).status).toBe(200);
    });

    it('wrong passwords for one name keep no other name out of the same address', async () => {
      const address = newAddress();
      const neighbour = await signUp(board);
      await repeat(FAILURES + 1, () => logIn(address, account.username, WRONG));
      expect((await logIn(address, neighbour.username, PASSWORD)).status).toBe(200);
    });

    it('wrong passwords are counted for a name that nobody has, too', async () => {
      const address = newAddress();
      await repeat(FAILURES, () => logIn(address, 'nobody-at-all', WRONG));
      expect((await logIn(address, 'nobody-at-all', WRONG)).status).toBe(429);
    });

    it('wrong passwords are counted together however the name is composed', async () => {
      const address = newAddress();
      await repeat(FAILURES, () => logIn(address, 'caf\u00e9', WRONG));
      expect((await logIn(address, 'cafe\u0301', WRONG)).status).toBe(429);
    });

    it('wrong passwords at the same instant get no more tries than one after another', async () => {
      const address = newAddress();
      const calls = Array.from({ length: 30 }, () => logIn(address, account.username, WRONG));
      expect(countStatuses(await Promise.all(calls))).toEqual({ 401: FAILURES, 429: 20 });
    });

    it('right passwords are not counted, also many at the same instant', async () => {
      const address = newAddress();
      const calls = Array.from({ length: 30 }, () => logIn(address, account.username, PASSWORD));
      expect(countStatuses(await Promise.all(calls))).toEqual({ 200: 30 });
    });

    it('wrong passwords at the change of a password are refused past the limit', async () => {
      const { body: grant } = await tryLogIn(board, account.username);
      const as = { ...account, token: grant.access_token };
      const change = (old_password: string) =>
        board.call('PUT', '/api/user/password', {
          as,
          body: { old_password, new_password: 'battery staple' },
        });
      const tries = await repeat(FAILURES, () => change(WRONG));
      const { status } = await change(PASSWORD);
      expect([new Set(tries.map(({ status }) => status)), status]).toEqual([new Set([403]), 429]);
    });
  });

  describe('addresses', () => {
    const name = 'who-is-not-there';
    const exhaust = (address: string) => repeat(FAILURES, () => logIn(address, name, WRONG));
    const statusFrom = async (address: string) => (await logIn(address, name, WRONG)).status;

    it('the address of a client is the last that the trusted proxy names', async () => {
      await repeat(FAILURES, (index) => logIn(`10.0.0.${index}, 203.0.113.1`, name, WRONG));
      expect(await statusFrom('10.9.9.9, 203.0.113.1')).toBe(429);
    });

    it('an address of IPv6 counts with all of its /64', async () => {
      await exhaust('2001:db8:1:1::1');
      expect(await statusFrom('2001:db8:1:1:ffff::2')).toBe(429);
    });

    it('an address of another /64 counts separately', async () => {
      await exhaust('2001:db8:2:1::1');
      expect(await statusFrom('2001:db8:2:2::1')).toBe(401);
    });

    it('an address of IPv4 written as IPv6 is the same', async () => {
      await exhaust('203.0.113.7');
      expect(await statusFrom('::ffff:203.0.113.7')).toBe(429);
    });

    it.each([
      ['of IPv4', '203.0.113.8'],
      ['of IPv6', '[2001:db8:3:1::1]'],
    ])('the address %s with a port counts without it', async (_, address) => {
      await repeat(FAILURES, (index) => logIn(`${address}:${40_000 + index}`, name, WRONG));
      expect(await statusFrom(`${address}:50000`)).toBe(429);
    });

    it('the address of a client with a port is not that of the proxy', async () => {
      await exhaust('203.0.113.9:40000');
      expect(await statusFrom('203.0.113.10:40000')).toBe(401);
    });

    it('an invalid address counts as that of the proxy', async () => {
      await repeat(FAILURES, (index) => logIn(`garbage ${index}`, name, WRONG));
      expect(await statusFrom('other garbage')).toBe(429);
    });
  });

  describe('streams', () => {
    /** All but the first are refused by the cap, and count. */
    async function exhaust(person: Person): Promise<void> {
      await board.stream(person);
      await repeatWide(STREAMS - 20, () => board.stream(person));
      await repeat(19, () => board.stream(person));
    }

    it('new streams are counted by user, and refused past the limit', async () => {
      const person = await board.person();
      await exhaust(person);
      const { status, body } = await board.call('GET', '/api/notification/stream', { as: person });
      expect({ status, body }).toEqual(tooMany('Too many requests; try again later'));
    });

    it('streams that reconnect are not refused', async () => {
      const person = await board.person();
      await exhaust(person);
      const back = await board.stream(person, { lastEventId: '0' });
      const byHand = await board.stream(person, { query: '&last_event_id=0' });
      expect([back.status, byHand.status]).toEqual([200, 200]);
    });

    it('streams at the cap say when to try again', async () => {
      const person = await board.person();
      await board.stream(person);
      const reply = await board.call('GET', '/api/notification/stream', { as: person });
      expect([reply.status, seconds(reply) > 0]).toEqual([429, true]);
    });
  });
});

describe('no trusted proxy', () => {
  let board: TestApp;
  beforeAll(async () => {
    board = await startApp();
  });
  afterAll(() => board.stop());

  it('an address that a client claims is ignored without a trusted proxy', async () => {
    const call = (index: number) =>
      board.call('POST', '/api/user/login', {
        body: { username: 'who-is-not-there', password: WRONG },
        headers: { 'x-forwarded-for': `192.0.2.${index}` },
      });
    await repeat(FAILURES, call);
    expect((await call(99)).status).toBe(429);
  });
});

describe('limits off', () => {
  let board: TestApp;
  beforeAll(async () => {
    board = await startApp({ RATE_LIMIT: 'off', SSE_MAX_STREAMS_PER_USER: '1000' });
  });
  afterAll(() => board.stop());
  afterEach(closeStreams);

  it('no number of wrong passwords is refused with limits off', async () => {
    const calls = Array.from({ length: 30 }, () => tryLogIn(board, 'who-is-not-there', WRONG));
    expect(countStatuses(await Promise.all(calls))).toEqual({ 401: 30 });
  });

  it('no number of log-ins is refused with limits off', async () => {
    const empty = { username: '', password: '' };
    const replies = await repeatWide(BY_ADDRESS + 20, () =>
      board.call('POST', '/api/user/login', { body: empty }),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([400]));
  });

  it('no number of writes is refused with limits off', async () => {
    const as = await board.person();
    const replies = await repeatWide(WRITES + 20, () =>
      board.call('POST', '/api/notification/stream-token', { as }),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
  });

  it('no number of streams is refused with limits off', async () => {
    const person = await board.person();
    const streams = await repeatWide(STREAMS + 20, () => board.stream(person));
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
