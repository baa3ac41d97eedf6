import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../config/settings.js';
import { LeasedQueue } from '../queue/leased-queue.js';
import { NO_LISTENER } from './event-state.js';
import type { StoredEvent } from './stored-event.js';

/** Seconds a process that took an event has for it before another may. */
const LEASE_SECONDS = 5;
/** Events taken by one sweep at most. */
const CLAIM_SIZE = 100;

/** The outbox as a queue: events that some listener may not have processed yet. */
@Injectable()
export class OutboxQueue extends LeasedQueue<StoredEvent> {
  constructor(dataSource: DataSource, { outboxMaxAttempts }: Settings) {
    super(
      dataSource,
      {
        name: 'outbox',
        columns: `id::text, name, payload, failures, request_id AS "requestId",
          extract(epoch FROM occurred_at)::float8 * 1000 AS "occurredAt"`,
        // Names of the events that this process has listeners for.
        filter: 'name = ANY ($4::text[])',
        // An event that had no listener before has one now.
        onClaim: `last_error = nullif(last_error, '${NO_LISTENER}')`,
      },
      { leaseSeconds: LEASE_SECONDS, claimSize: CLAIM_SIZE, maxFailures: outboxMaxAttempts },
    );
  }
}
