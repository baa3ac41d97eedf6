import type { DataSource } from 'typeorm';
import { backOffPause } from '../async/back-off.js';
import { Batch } from '../database/batch.js';
import { isDatabaseUnavailable, isTransient } from '../database/failures.js';
import { execute, type Statement } from '../database/statement.js';
import { UTC_NOW } from '../database/utc-now.js';

/**
 * A table that is a queue. It has the columns `id BIGINT`, `due_at TIMESTAMP` with an index on
 * `(due_at, id)`, `failures INTEGER`, `last_error TEXT` and `dead_lettered_at TIMESTAMP`. All of this is
 * SQL text from the code, never from a request.
 */
export interface QueueTable {
  name: string;
  /** Select list of an item. One column is `id::text`. */
  columns: string;
  /** Condition on the rows that a claim takes; its parameter is `$4`. Left out: all rows. */
  filter?: string;
  /** Assignments that a claim makes in addition, as `last_error = NULL`. */
  onClaim?: string;
}

export interface QueueLimits {
  /** Seconds for which an item that was claimed is left to the process that claimed it. */
  leaseSeconds: number;
  /** Items in one claim at most. */
  claimSize: number;
  /** Failures after which an item is dead-lettered. */
  maxFailures: number;
}

export interface Claim {
  /** How many items the caller can take. */
  room: number;
  /** Ids that the caller is working on already. */
  busy: string[];
  /** Value of the filter's parameter, if there is a filter. */
  filterValue?: unknown;
}

const MAX_COMPLETED_AT_ONCE = 1_000;
/**
 * Milliseconds for which completed items collect. Nobody waits for their removal, and each COMMIT would
 * make votes and notifications wait. Far below any lease.
 */
const COMPLETION_PAUSE_MS = 50;
const FIRST_BACKOFF_SECONDS = 1;
const MAX_BACKOFF_SECONDS = 300;

/** A queue in a table, for any number of processes. An item is delivered at least once. */
export class LeasedQueue<Item> {
  private readonly completions: Batch<string, void>;
  private readonly claimText: string;
  private readonly removal: Statement;

  constructor(
    private readonly dataSource: DataSource,
    private readonly table: QueueTable,
    private readonly limits: QueueLimits,
  ) {
    this.completions = new Batch(
      (ids) => this.removeAll(ids),
      MAX_COMPLETED_AT_ONCE,
      isDatabaseUnavailable,
      { name: 'acknowledgements', pauseMs: COMPLETION_PAUSE_MS },
    );
    this.claimText = claiming(table);
    this.removal = {
      name: `remove from ${table.name}`,
      text: `DELETE FROM ${table.name} WHERE id = ANY ($1::bigint[])`,
    };
  }

  /**
   * Takes due items, longest due first. No two processes get the same item while its lease lasts.
   * @returns the items by id; `isAll`: there were no more
   */
  async claim({ room, busy, filterValue }: Claim): Promise<{ items: Item[]; isAll: boolean }> {
    const { claimSize, leaseSeconds } = this.limits;
    const size = Math.min(room, claimSize);
    const values = [size, busy, leaseSeconds, ...(this.table.filter ? [filterValue] : [])];
    const items: Item[] = await this.dataSource.query(this.claimText, values);
    return { items, isAll: items.length < size };
  }

  /** The work on an item is done: removes it, together with others. */
  complete(id: string): Promise<void> {
    return this.completions.add(id);
  }

  /**
   * The work on an item failed. A transient failure postpones it. Any other failure counts: the item is
   * due again after a growing pause with jitter, or dead-lettered.
   * @param failuresBefore how often it had failed
   */
  async fail(id: string, failuresBefore: number, error: unknown): Promise<void> {
    if (isTransient(error)) return this.postpone(id);
    const pause = backOffPause(failuresBefore, FIRST_BACKOFF_SECONDS, MAX_BACKOFF_SECONDS);
    await this.dataSource.query(
      `UPDATE ${this.table.name} SET failures = failures + 1, last_error = $2,
         due_at = CASE WHEN failures + 1 < $4 THEN ${UTC_NOW} + $3 * interval '1 second'
           ELSE 'infinity' END,
         dead_lettered_at = CASE WHEN failures + 1 >= $4 THEN ${UTC_NOW} END
       WHERE id = $1`,
      [id, String(error), pause, this.limits.maxFailures],
    );
  }

  /** Leaves an item for another lease and counts no failure, however often that happens. */
  async postpone(id: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE ${this.table.name} SET due_at = ${UTC_NOW} + $2 * interval '1 second' WHERE id = $1`,
      [id, this.limits.leaseSeconds],
    );
  }

  /**
   * Makes dead-lettered items due again, as new ones.
   * @param id left out: all
   * @returns how many there were
   */
  async requeue(id?: string): Promise<number> {
    const [requeued]: { count: number }[] = await this.dataSource.query(
      `WITH requeued AS (
         UPDATE ${this.table.name} SET dead_lettered_at = NULL, failures = 0, last_error = NULL,
           due_at = ${UTC_NOW}
         WHERE dead_lettered_at IS NOT NULL AND ($1::bigint IS NULL OR id = $1)
         RETURNING id)
       SELECT count(*)::int AS count FROM requeued`,
      [id ?? null],
    );
    return requeued!.count;
  }

  private async removeAll(ids: string[]): Promise<void[]> {
    await execute(this.dataSource, this.removal, [ids]);
    return ids.map(() => undefined);
  }
}

/** Of at most $1 items, without the ids $2, for a lease of $3 seconds. $4 is the parameter of the filter. */
function claiming({ name, columns, filter = 'true', onClaim }: QueueTable): string {
  return `
    WITH claimed AS (
      UPDATE ${name} SET due_at = ${UTC_NOW} + $3 * interval '1 second'${onClaim ? `, ${onClaim}` : ''}
      WHERE id IN (
        SELECT id FROM ${name}
        WHERE dead_lettered_at IS NULL AND due_at <= ${UTC_NOW}
          AND ${filter} AND id <> ALL ($2::bigint[])
        ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
      RETURNING ${columns})
    SELECT * FROM claimed ORDER BY id::bigint`;
}
