import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { execute, type Statement } from '../database/statement.js';
import type { EventMap, EventName } from '../events/domain-event.js';
import type { Trace } from '../telemetry/trace.js';
import { EventRelay } from './event-relay.js';
import { requestIdOf, type StoredEvent } from './stored-event.js';

/** Announces an event, provided that the unit of work commits. */
export type Raise = <N extends EventName>(name: N, payload: EventMap[N]) => void;

/**
 * SQL: stores events with the change that causes them. Statements that raise events by themselves do the
 * same in a CTE. The default of `due_at` gives this process a head start of 3 seconds.
 */
const RAISE = `
  INSERT INTO outbox (name, payload, request_id)
  SELECT name, payload, $3 FROM unnest($1::text[], $2::jsonb[]) AS raised (name, payload)
  RETURNING id::text, name, payload, failures, request_id AS "requestId"`;

/** The one row that a statement of {@link UnitOfWork.execute} answers with. */
interface Executed<Row> {
  raised: StoredEvent[];
  result: Row[];
}

/** A change and the events it causes, committed together or not at all. */
@Injectable()
export class UnitOfWork {
  constructor(
    private readonly dataSource: DataSource,
    private readonly relay: EventRelay,
  ) {}

  /**
   * Runs `work` in a transaction. Events it raises are stored by the same COMMIT and reach the
   * listeners after it; the caller does not wait for them and never sees one fail. When `work`
   * throws, nothing was changed and nothing is announced.
   * @param trace what caused the work
   * @throws what `work` throws, or what the database says to the COMMIT (then it is unknown whether
   * it took place, but change and events still share their fate)
   */
  async run<T>(work: (tx: EntityManager, raise: Raise) => Promise<T>, trace?: Trace): Promise<T> {
    let stored: StoredEvent[] = [];
    const result = await this.dataSource.transaction(async (tx) => {
      const raised: { name: EventName; payload: object }[] = [];
      const value = await work(tx, (name, payload) => raised.push({ name, payload }));
      if (raised.length > 0) stored = await store(tx, raised, trace);
      return value;
    });
    this.relay.offer(stored);
    return result;
  }

  /**
   * The same for a change that is one statement: no round trip for its BEGIN, its events, its COMMIT.
   * @param statement inserts into the outbox by itself. It answers with one row: `raised`, the
   * inserted events as JSON with the columns of {@link RAISE}, and `result`, a JSON array
   * @returns the rows of `result`
   * @throws what the database says to the statement
   */
  async execute<Row>(statement: Statement, values: unknown[]): Promise<Row[]> {
    const [executed] = await execute<Executed<Row>>(this.dataSource, statement, values);
    this.relay.offer(executed!.raised);
    return executed!.result;
  }
}

function store(
  tx: EntityManager,
  raised: { name: EventName; payload: object }[],
  trace: Trace | undefined,
): Promise<StoredEvent[]> {
  const names = raised.map(({ name }) => name);
  const payloads = raised.map(({ payload }) => JSON.stringify(payload));
  return tx.query(RAISE, [names, payloads, requestIdOf(trace)]);
}
