import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';

/** A migrated, empty database of a test file's own. */
export interface TestDatabase {
  url: string;
  /** Runs a statement beside the application. */
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is set by the global setup`);
  return value;
}

async function onServer(statement: string): Promise<void> {
  const client = new Client(required('TEST_SERVER_URL'));
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

export async function createDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const name = `qna_${randomBytes(6).toString('hex')}`;
  await onServer(
    `CREATE DATABASE ${name} ${migrated ? `TEMPLATE ${required('TEST_TEMPLATE')}` : ''}`,
  );
  const url = new URL(required('TEST_SERVER_URL'));
  url.pathname = name;
  const pool = new Pool({ connectionString: url.href, max: 4 });
  // Tests cut connections on purpose.
  pool.on('error', () => undefined);
  return {
    url: url.href,
    query: async <Row>(text: string, values?: unknown[]) =>
      (await pool.query(text, values)).rows as Row[],
    drop: async () => {
      await pool.end();
      await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
