import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { UTC_NOW } from '../database/utc-now.js';
import { EVENT_STATES, NO_LISTENER } from './event-state.js';

/** Events that are not delivered yet. */
export interface Backlog {
  /** All but the dead-lettered ones. */
  waiting: number;
  /**
   * How long one has waited that should have been delivered: since its commit, or, when its listeners
   * failed, since it was due again. 0: there is none.
   */
  oldestSeconds: number;
  failing: number;
  withoutListener: number;
  deadLettered: number;
}

/** Events of one name that no process has taken. */
export interface Untaken {
  name: string;
  count: number;
  /** Of the first of them. */
  id: string;
}

const MAX_COUNTED = 100_000;
/** Seconds for which a process that listens to an event has had the chance to take it. */
const CHANCE_SECONDS = 5;
const MAX_MARKED = 1_000;

/** What stays in the outbox, and why. */
@Injectable()
export class OutboxBacklog {
  constructor(private readonly dataSource: DataSource) {}

  /** How much waits, why, and for how long. Counts up to {@link MAX_COUNTED}: it is asked often. */
  async read(): Promise<Backlog> {
    const { deadLettered, failing, withoutListener } = EVENT_STATES;
    const [backlog]: Backlog[] = await this.dataSource.query(
      `SELECT count(*)::int AS waiting,
         count(*) FILTER (WHERE ${failing})::int AS failing,
         count(*) FILTER (WHERE ${withoutListener})::int AS "withoutListener",
         coalesce(extract(epoch FROM greatest(
           ${UTC_NOW} - min(occurred_at) FILTER (WHERE failures = 0 AND last_error IS NULL),
           ${UTC_NOW} - min(due_at) FILTER (WHERE ${failing}),
           interval '0')), 0)::float8 AS "oldestSeconds",
         (SELECT count(*)::int FROM (
           SELECT FROM outbox WHERE ${deadLettered} LIMIT ${MAX_COUNTED}) counted) AS "deadLettered"
       FROM (
         SELECT dead_lettered_at, occurred_at, due_at, failures, last_error FROM outbox
         WHERE dead_lettered_at IS NULL ORDER BY due_at, id LIMIT ${MAX_COUNTED}) waiting`,
    );
    return backlog!;
  }

  /**
   * Marks events that no process has taken although they are due, and that this one cannot take.
   * @param names of the events that this process has listeners for
   * @returns those that nobody had marked before
   */
  async markWithoutListener(names: string[]): Promise<Untaken[]> {
    return this.dataSource.query(
      `WITH marked AS (
         UPDATE outbox SET last_error = $2
         WHERE id IN (
           SELECT id FROM outbox
           WHERE dead_lettered_at IS NULL AND last_error IS DISTINCT FROM $2
             AND due_at < ${UTC_NOW} - interval '${CHANCE_SECONDS} seconds' AND name <> ALL ($1::text[])
           ORDER BY due_at, id LIMIT ${MAX_MARKED} FOR UPDATE SKIP LOCKED)
         RETURNING id, name)
       SELECT name, count(*)::int AS count, min(id)::text AS id FROM marked
       GROUP BY name ORDER BY name`,
      [names, NO_LISTENER],
    );
  }
}
