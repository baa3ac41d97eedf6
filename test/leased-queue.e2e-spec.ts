import { DataSource } from 'typeorm';
import { databaseOptions } from '../src/database/options.js';
import { LeasedQueue } from '../src/queue/leased-queue.js';
import { createDatabase, type TestDatabase } from './support/database.js';

const MAX_FAILURES = 2;
const LEASE_SECONDS = 60;

interface Delivery {
  id: string;
  address: string;
}

/** A table that is no outbox: the queue knows nothing of events. */
const TABLE = `
  CREATE TABLE delivery (
    id BIGSERIAL PRIMARY KEY,
    address TEXT NOT NULL,
    due_at TIMESTAMP NOT NULL DEFAULT timezone('utc', now()),
    failures INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    dead_lettered_at TIMESTAMP
  );
  CREATE INDEX ON delivery (due_at, id)`;

describe('a queue in a table', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let queue: LeasedQueue<Delivery>;

  beforeAll(async () => {
    database = await createDatabase({ migrated: false });
    await database.query(TABLE);
    dataSource = new DataSource(await databaseOptions({ url: database.url, poolSize: 4 }));
    await dataSource.initialize();
    queue = new LeasedQueue(
      dataSource,
      { name: 'delivery', columns: 'id::text, address' },
      { leaseSeconds: LEASE_SECONDS, claimSize: 10, maxFailures: MAX_FAILURES },
    );
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });
  beforeEach(() => database.query('TRUNCATE delivery'));

  /** @param dueSeconds before now */
  async function put(address: string, dueSeconds = 0): Promise<string> {
    const [row] = await database.query<{ id: string }>(
      `INSERT INTO delivery (address, due_at)
       VALUES ($1, timezone('utc', now()) - $2 * interval '1 second') RETURNING id::text`,
      [address, dueSeconds],
    );
    return row!.id;
  }

  async function claim(room = 100, busy: string[] = []): Promise<string[]> {
    return (await queue.claim({ room, busy })).items.map(({ address }) => address);
  }

  async function failuresOf(id: string): Promise<number> {
    const [row] = await database.query<{ failures: number }>(
      'SELECT failures FROM delivery WHERE id = $1',
      [id],
    );
    return row!.failures;
  }

  /** Seconds until an item is due. */
  async function pauseOf(id: string): Promise<number> {
    const [row] = await database.query<{ pause: number }>(
      `SELECT extract(epoch FROM due_at - timezone('utc', clock_timestamp()))::float8 AS pause
       FROM delivery WHERE id = $1`,
      [id],
    );
    return row!.pause;
  }

  const failTwice = async (id: string): Promise<void> => {
    await queue.fail(id, 0, new Error('refused'));
    await queue.fail(id, 1, new Error('refused'));
  };
  const busyDatabase = (): Error => Object.assign(new Error('deadlock'), { code: '40P01' });

  it('gives what is due', async () => {
    await put('a');
    expect(await claim()).toEqual(['a']);
  });

  it('keeps what is due later', async () => {
    await put('a', -60);
    expect(await claim()).toEqual([]);
  });

  it('gives what is due longest when there is room for few', async () => {
    await put('new', 1);
    await put('old', 2);
    expect(await claim(1)).toEqual(['old']);
  });

  it('gives an item once during its lease', async () => {
    await put('a');
    await claim();
    expect(await claim()).toEqual([]);
  });

  it('gives no item to two processes at once', async () => {
    for (let n = 0; n < 20; n += 1) await put(String(n));
    const claims = await Promise.all([claim(), claim(), claim()]);
    expect(new Set(claims.flat()).size).toBe(claims.flat().length);
  });

  it('keeps an item that the caller works on', async () => {
    const id = await put('a');
    expect(await claim(100, [id])).toEqual([]);
  });

  it.each([
    ['no more', 9, true],
    ['perhaps more', 10, false],
  ])('says that there is %s after %i items', async (_, count, isAll) => {
    for (let n = 0; n < count; n += 1) await put(String(n));
    expect((await queue.claim({ room: 100, busy: [] })).isAll).toBe(isAll);
  });

  it('removes a completed item', async () => {
    await queue.complete(await put('a'));
    expect(await database.query('SELECT FROM delivery')).toEqual([]);
  });

  it('counts a failure', async () => {
    const id = await put('a');
    await queue.fail(id, 0, new Error('refused'));
    expect(await failuresOf(id)).toBe(1);
  });

  it('leaves an item alone after a failure', async () => {
    const id = await put('a');
    await queue.fail(id, 0, new Error('refused'));
    expect(await pauseOf(id)).toBeGreaterThan(0);
  });

  it('counts no failure when the database was busy', async () => {
    const id = await put('a');
    await queue.fail(id, 0, busyDatabase());
    expect(await failuresOf(id)).toBe(0);
  });

  it('leaves an item for a lease when the database was busy', async () => {
    const id = await put('a');
    await queue.fail(id, 0, busyDatabase());
    expect(Math.round((await pauseOf(id)) / 10)).toBe(LEASE_SECONDS / 10);
  });

  it('never gives an item again that failed as often as is allowed', async () => {
    const id = await put('a');
    await failTwice(id);
    expect(await pauseOf(id)).toBe(Infinity);
  });

  it('gives a dead-lettered item again once it is requeued', async () => {
    const id = await put('a');
    await failTwice(id);
    await queue.requeue(id);
    expect(await claim()).toEqual(['a']);
  });

  it('requeues all dead-lettered items, and says how many', async () => {
    for (const address of ['a', 'b']) await failTwice(await put(address));
    await put('due');
    expect(await queue.requeue()).toBe(2);
  });
});
