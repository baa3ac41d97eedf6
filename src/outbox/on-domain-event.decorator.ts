import { OnEvent } from '@nestjs/event-emitter';
import type { DomainEvent, EventName } from '../events/domain-event.js';

/**
 * The method hears of every committed event of that name, at least once. It may be told again, also
 * at the same time by another instance; what it throws has the event delivered again later.
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
