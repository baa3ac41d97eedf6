/** What {@link EVENT_STATES} recognizes an event without a listener by, in `last_error`. */
export const NO_LISTENER = 'No running version listens to it';

/**
 * SQL: what keeps an event in the outbox. An event that is none of these is on its way: it was just
 * raised, is being delivered, or waits for a process.
 */
export const EVENT_STATES = {
  /** Its listeners failed too often. Nothing happens to it until somebody acts. */
  deadLettered: 'dead_lettered_at IS NOT NULL',
  /** Its listeners failed, and are tried again. Outages count no failure, so it is the event or the code. */
  failing: `dead_lettered_at IS NULL AND failures > 0 AND last_error IS DISTINCT FROM '${NO_LISTENER}'`,
  /** It was due, and no process that runs listens to it, whether or not one did; see ListenerCheck. */
  withoutListener: `dead_lettered_at IS NULL AND last_error = '${NO_LISTENER}'`,
};

export type EventState = keyof typeof EVENT_STATES;
