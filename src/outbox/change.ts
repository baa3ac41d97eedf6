import type { EventMap, EventName } from '../events/domain-event.js';
import type { Statement } from '../database/statement.js';
import { FIRST_DUE, STORED_EVENT, type StoredEvent } from './outbox-store.js';

/** Columns of a row that hold values of that type. */
type ColumnsOf<Row, Value> = {
  [Column in keyof Row]: Row[Column] extends Value ? Column : never;
}[keyof Row];

/**
 * Raises an event for each row of a change, with a payload of the row's columns. Rows say in
 * `request_id` which request they are for.
 */
export type RaiseEach<Row> = {
  [N in EventName]: {
    raise: N;
    with: { [Field in keyof EventMap[N]]: ColumnsOf<Row, EventMap[N][Field]> };
  };
}[EventName];

/** A change in one SQL statement. All parts of it see the tables as they were before it. */
export interface Change<Row> {
  /** No other statement may have it. */
  name: string;
  /** CTEs (`a AS (…), b AS (…)`). One is called `changed`; its rows are what is told. */
  changes: string;
  /** A SELECT from these: what the caller gets. */
  result: string;
  /** Left out: nobody is told. */
  event?: RaiseEach<Row>;
}

/** The one row that the statement of a {@link Change} answers with. */
export interface Changed<Result> {
  raised: StoredEvent[];
  result: Result[];
}

/** The change and its events as one statement: both come true with it, or neither. */
export function statementOf<Row>({ name, changes, result, event }: Change<Row>): Statement {
  const raised = event ? `, raised AS (${insertEach(event)})` : '';
  const events = event ? `SELECT ${allOf('raised')} FROM raised` : `SELECT '[]'::json`;
  return {
    name,
    text: `WITH ${changes}${raised}
      SELECT (${events}) AS raised, (SELECT ${allOf('result')} FROM (${result}) result) AS result`,
  };
}

function insertEach<Row>({ raise, with: payload }: RaiseEach<Row>): string {
  const fields = Object.entries(payload).map(([field, column]) => `'${field}', ${String(column)}`);
  return `INSERT INTO outbox (name, payload, due_at, request_id)
    SELECT '${raise}', jsonb_build_object(${fields.join(', ')}), ${FIRST_DUE}, request_id FROM changed
    RETURNING ${STORED_EVENT}`;
}

function allOf(rows: string): string {
  return `coalesce(json_agg(${rows}), '[]')`;
}
