import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { execute } from '../database/statement.js';
import type { EventMap, EventName } from '../events/domain-event.js';
import { type Change, type Changed, statementOf } from './change.js';
import { EventRelay, type StoredEvent } from './event-relay.js';

/** Announces an event, provided that the unit of work commits. */
export type Raise = <N extends EventName>(name: N, payload: EventMap[N]) => void;

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
   * @param requestId on whose behalf, for logs
   * @throws what `work` throws, or what the database says to the COMMIT (then it is unknown whether
   * it took place, but change and events still share their fate)
   */
  async run<T>(
    work: (tx: EntityManager, raise: Raise) => Promise<T>,
    requestId?: string,
  ): Promise<T> {
    let stored: StoredEvent[] = [];
    const result = await this.dataSource.transaction(async (tx) => {
      const raised: { name: EventName; payload: object }[] = [];
      const value = await work(tx, (name, payload) => raised.push({ name, payload }));
      if (raised.length > 0) stored = await this.relay.store(tx, raised, requestId);
      return value;
    });
    this.relay.offer(stored);
    return result;
  }

  /**
   * The same for a change that is one statement: no round trip for its BEGIN, its events, its COMMIT.
   * @returns runs it with values for its parameters; answers with the rows of its result
   */
  prepare<Row, Result>(change: Change<Row>): (values: unknown[]) => Promise<Result[]> {
    const statement = statementOf(change);
    return async (values) => {
      const [changed] = await execute<Changed<Result>>(this.dataSource, statement, values);
      this.relay.offer(changed!.raised);
      return changed!.result;
    };
  }
}
