import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Settings } from '../config/settings.js';
import { Batch } from '../database/batch.js';
import { isDatabaseUnavailable, isTransient } from '../database/failures.js';
import { execute, type Statement } from '../database/statement.js';
import type { EventName } from '../events/domain-event.js';
import { NO_LISTENER } from './event-state.js';

/** An event as it lies in the table. */
export interface StoredEvent {
  id: string;
  name: EventName;
  payload: object;
  /** How often its listeners failed. */
  failures: number;
  /** The request that raised it. */
  requestId: string | null;
  /** Milliseconds since 1970; not there yet in the process that has just raised it. */
  occurredAt?: number;
}

/** Seconds the process that raised an event has for it before any other may take it. */
const HEAD_START_SECONDS = 3;
/** Seconds a process that took an event has for it before another may. */
const LEASE_SECONDS = 5;
/** Events taken by one sweep at most. */
const CLAIM_SIZE = 100;
const MAX_ACKNOWLEDGED_AT_ONCE = 1_000;
/**
 * Milliseconds for which events that were delivered collect. Nobody waits for their removal, and each
 * is a COMMIT that votes and notifications would wait for. Far below the head start.
 */
const REMOVAL_PAUSE_MS = 50;
const MAX_BACKOFF_SECONDS = 300;

/** SQL: the clock that all instances share. */
export const NOW = "timezone('utc', clock_timestamp())";

/** SQL: when an event that is being raised is first due for others. */
export const FIRST_DUE = `${NOW} + interval '${HEAD_START_SECONDS} seconds'`;

const REMOVE: Statement = {
  name: 'remove events',
  text: `DELETE FROM outbox WHERE id = ANY ($1::bigint[])`,
};

/** SQL: columns of a {@link StoredEvent}. */
export const STORED_EVENT = 'id::text, name, payload, failures, request_id AS "requestId"';

/** The outbox table: events that some listener may not have heard yet. */
@Injectable()
export class OutboxStore {
  private readonly removals: Batch<string, void>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly settings: Settings,
  ) {
    this.removals = new Batch(
      (ids) => this.removeAll(ids),
      MAX_ACKNOWLEDGED_AT_ONCE,
      isDatabaseUnavailable,
      { name: 'acknowledgements', pauseMs: REMOVAL_PAUSE_MS },
    );
  }

  /** Writes events with the change that caused them. */
  add(
    tx: EntityManager,
    events: { name: EventName; payload: object }[],
    requestId: string | undefined,
  ): Promise<StoredEvent[]> {
    return tx.query(
      `INSERT INTO outbox (name, payload, due_at, request_id)
       SELECT name, payload, ${FIRST_DUE}, $3
       FROM unnest($1::text[], $2::jsonb[]) AS raised (name, payload)
       RETURNING ${STORED_EVENT}`,
      [
        events.map(({ name }) => name),
        events.map(({ payload }) => JSON.stringify(payload)),
        requestId ?? null,
      ],
    );
  }

  /**
   * Takes due events, longest due first, for {@link LEASE_SECONDS}; no two processes get the same.
   * @param names of the events that this process has listeners for
   * @param busy ids that it is delivering already
   */
  async claim(
    room: number,
    names: string[],
    busy: string[],
  ): Promise<{ events: StoredEvent[]; isAll: boolean }> {
    const size = Math.min(room, CLAIM_SIZE);
    const events: StoredEvent[] = await this.dataSource.query(
      `WITH claimed AS (
         UPDATE outbox SET due_at = ${NOW} + interval '${LEASE_SECONDS} seconds',
           -- Of an event that had no listener before.
           last_error = nullif(last_error, '${NO_LISTENER}')
         WHERE id IN (
           SELECT id FROM outbox
           WHERE parked_at IS NULL AND due_at <= ${NOW}
             AND name = ANY ($2::text[]) AND id <> ALL ($3::bigint[])
           ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING ${STORED_EVENT}, extract(epoch FROM occurred_at)::float8 * 1000 AS "occurredAt")
       SELECT * FROM claimed ORDER BY id::bigint`,
      [size, names, busy],
    );
    return { events, isAll: events.length < size };
  }

  /** Every listener has done its part. */
  remove(id: string): Promise<void> {
    return this.removals.add(id);
  }

  /** A listener failed: another try after a growing, jittered pause, or a person's turn. */
  async fail(id: string, failuresBefore: number, error: unknown): Promise<void> {
    if (isTransient(error)) return this.postpone(id);
    const pause = Math.min(MAX_BACKOFF_SECONDS, 2 ** failuresBefore) * (0.5 + Math.random() / 2);
    await this.dataSource.query(
      `UPDATE outbox SET failures = failures + 1, last_error = $2,
         due_at = ${NOW} + $3 * interval '1 second',
         parked_at = CASE WHEN failures + 1 >= $4 THEN ${NOW} END
       WHERE id = $1`,
      [id, String(error), pause, this.settings.outboxMaxAttempts],
    );
  }

  /** The moment was wrong, not the event: however long that lasts, it is not given up for it. */
  private async postpone(id: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE outbox SET due_at = ${NOW} + interval '${LEASE_SECONDS} seconds' WHERE id = $1`,
      [id],
    );
  }

  private async removeAll(ids: string[]): Promise<void[]> {
    await execute(this.dataSource, REMOVE, [ids]);
    return ids.map(() => undefined);
  }
}
