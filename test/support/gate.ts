import { Client } from 'pg';
import type { TestDatabase } from './database.js';

/** Any number that the application does not use. */
const LOCK_KEY = 77_001;

/**
 * Holds statements up inside PostgreSQL: a trigger there waits for a lock that the test has. The
 * application's sessions wait for two seconds at most.
 */
export class Gate {
  private constructor(
    private readonly holder: Client,
    private readonly table: string,
  ) {}

  /** @param event as `BEFORE INSERT`, of each row of that table */
  static shut(database: TestDatabase, event: string, table: string): Promise<Gate> {
    return Gate.make(database, table, `CREATE TRIGGER gate ${event} ON ${table}`);
  }

  /** Holds up the COMMIT of whoever has put a row into that table. */
  static shutAtCommit(database: TestDatabase, table: string): Promise<Gate> {
    return Gate.make(
      database,
      table,
      `CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON ${table} DEFERRABLE INITIALLY DEFERRED`,
    );
  }

  private static async make({ url }: TestDatabase, table: string, trigger: string): Promise<Gate> {
    const holder = new Client(url);
    await holder.connect();
    await holder.query(`
      SELECT pg_advisory_lock(${LOCK_KEY});
      CREATE OR REPLACE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${LOCK_KEY}); RETURN coalesce(NEW, OLD); END $$;
      ${trigger} FOR EACH ROW EXECUTE FUNCTION wait_at_gate()`);
    return new Gate(holder, table);
  }

  /** Resolves once somebody waits at it. */
  async reached(): Promise<void> {
    while ((await this.waiting()).length === 0);
  }

  /** Lets through who waits, and everybody after. */
  async open(): Promise<void> {
    await this.holder.query(`SELECT pg_advisory_unlock(${LOCK_KEY})`);
    await this.remove();
  }

  /** Ends the sessions that wait, so that what they were doing never happens. Then it is open. */
  async turnAway(): Promise<void> {
    for (const pid of await this.waiting()) {
      // Waits until it is gone, for ten seconds at most.
      await this.holder.query('SELECT pg_terminate_backend($1, 10000)', [pid]);
    }
    await this.open();
  }

  private async waiting(): Promise<number[]> {
    const { rows } = await this.holder.query<{ pid: number }>(
      `SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database
       WHERE locktype = 'advisory' AND objid = ${LOCK_KEY} AND NOT granted
       AND datname = current_database()`,
    );
    return rows.map(({ pid }) => pid);
  }

  private async remove(): Promise<void> {
    await this.holder.query(`DROP TRIGGER gate ON ${this.table}`);
    await this.holder.end();
  }
}
