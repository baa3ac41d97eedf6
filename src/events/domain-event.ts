import type { Trace } from '../telemetry/trace.js';
import type { AnswerEvents } from './answer.events.js';
import type { QuestionEvents } from './question.events.js';

/** Every kind of event, by its name on the bus. */
export interface EventMap extends QuestionEvents, AnswerEvents {}

export type EventName = keyof EventMap;

/** Something that happened and was committed. Delivered at least once: repetitions have the same `id`. */
export interface DomainEvent<N extends EventName = EventName> {
  /** The same at every delivery of this event, and of no other. */
  id: string;
  name: N;
  payload: EventMap[N];
  /** What caused it, to be passed on. */
  trace: Trace;
}
