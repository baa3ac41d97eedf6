import type { DataSource, EntityManager } from 'typeorm';
import { type Settings, SettingsError } from '../config/settings.js';
import { EVENT_STATES, type EventState } from './event-state.js';
import { OutboxQueue } from './outbox-queue.js';

interface ListedEvent {
  id: string;
  name: string;
  payload: object;
  occurredAt: string;
  failures: number;
  error: string | null;
  /** Null: it is on its way. */
  state: EventState | null;
}

const HEADINGS: Record<EventState, string> = {
  deadLettered: 'Dead-lettered: retry them once the cause is removed, or discard them',
  failing: 'Failing, tried again until they are dead-lettered: discard those that can never work',
  withoutListener: 'Without a listener: start a version that listens to them, or discard them',
};

const STATES = Object.keys(HEADINGS) as EventState[];

const STATE = `CASE ${STATES.map((state) => `WHEN ${EVENT_STATES[state]} THEN '${state}'`).join(' ')} END`;

const LISTED = `id::text, name, payload, failures, last_error AS error, ${STATE} AS state,
  to_char(occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "occurredAt"`;

/** Prints every event that is not simply on its way, by what keeps it. */
export async function list(dataSource: DataSource): Promise<void> {
  const events: ListedEvent[] = await dataSource.query(
    `SELECT ${LISTED} FROM outbox WHERE ${STATE} IS NOT NULL ORDER BY id`,
  );
  for (const state of STATES) {
    const those = events.filter((event) => event.state === state);
    console.log(`${HEADINGS[state]} (${those.length})`);
    for (const event of those) console.log(describe(event));
  }
}

/** Has dead-lettered events delivered again. @param target an id, or `all` */
export async function retry(
  dataSource: DataSource,
  settings: Settings,
  target: string,
): Promise<void> {
  const queue = new OutboxQueue(dataSource, settings);
  const count = await queue.requeue(target === 'all' ? undefined : target);
  if (count === 0 && target !== 'all') {
    await find(dataSource.manager, target);
    throw new SettingsError([
      `Event ${target} is not dead-lettered: it is delivered without a retry once that is possible`,
    ]);
  }
  console.log(`${count} requeued`);
}

/** Removes an event for good, after it was printed. One that is on its way is left alone. */
export function discard(dataSource: DataSource, id: string): Promise<void> {
  return dataSource.transaction(async (tx) => {
    const event = await find(tx, id, 'FOR UPDATE');
    if (event.state === null) {
      throw new SettingsError([
        `Event ${id} (${event.name}) is on its way and was not discarded: only events that` +
          ' npm run outbox -- list shows can be',
      ]);
    }
    console.log(describe(event));
    await tx.query('DELETE FROM outbox WHERE id = $1', [id]);
    console.log(`Event ${id} is discarded; nobody is notified of it`);
  });
}

async function find(tx: EntityManager, id: string, lock = ''): Promise<ListedEvent> {
  const [event]: ListedEvent[] = await tx.query(
    `SELECT ${LISTED} FROM outbox WHERE id = $1 ${lock}`,
    [id],
  );
  if (!event) throw new SettingsError([`No event ${id} in the outbox`]);
  return event;
}

function describe({ id, name, payload, occurredAt, failures, error }: ListedEvent): string {
  const reason = failures > 0 ? `after ${failures} failures: ${error}` : (error ?? '');
  return `${id}  ${name}  ${occurredAt}  ${JSON.stringify(payload)}  ${reason}`;
}
