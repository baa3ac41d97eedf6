import type { AnswerEvents } from './answer.events.js';
import type { QuestionEvents } from './question.events.js';

/** Every kind of event, by its name on the bus. */
export interface EventMap extends QuestionEvents, AnswerEvents {}

export type EventName = keyof EventMap;

/** Something that happened and was committed. Delivered at least once: `id` tells a repetition. */
export interface DomainEvent<N extends EventName = EventName> {
  /** The same at every delivery of this event, and of no other. */
  id: string;
  name: N;
  payload: EventMap[N];
  /** Milliseconds since 1970: since when it is true. */
  committedAt: number;
  /** The request that raised it, for logs. */
  requestId?: string | undefined;
}
