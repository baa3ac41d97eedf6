import { OnEvent } from '@nestjs/event-emitter';
import type { DomainEvent, EventName } from '../events/domain-event.js';

/**
 * The method gets every committed event of that name, at least once. It may get an event again, also at
 * the same time on another instance. When it throws, the event is delivered again later.
 */
export function OnDomainEvent<N extends EventName>(
  name: N,
): (
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<(event: DomainEvent<N>) => Promise<void>>,
) => void {
  // Suppressed errors would make every failed delivery look like a success.
  return OnEvent(name, { suppressErrors: false });
}
