/**
 * SQL: what keeps an event in the outbox. An event that is none of these is on its way: it was just
 * raised, is being delivered, or waits for a process.
 */
export const EVENT_STATES = {
  /** Its listeners failed too often. Nothing happens to it until somebody acts. */
  deadLettered: 'parked_at IS NOT NULL',
  /** Its listeners failed, and are tried again. Outages count no failure, so it is the event or the code. */
  failing: 'parked_at IS NULL AND failures > 0',
  /** It was due, and no process that runs listens to it; see ListenerCheck. */
  withoutListener: 'parked_at IS NULL AND failures = 0 AND last_error IS NOT NULL',
};

export type EventState = keyof typeof EVENT_STATES;

/** What {@link EVENT_STATES} recognizes such an event by, in `last_error`. */
export const NO_LISTENER = 'No running version listens to it';
