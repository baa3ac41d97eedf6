import { Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboxEvent } from './entities/outbox-event.entity.js';
import { EventListeners } from './event-listeners.js';
import { EventRelay } from './event-relay.js';
import { ListenerCheck } from './listener-check.js';
import { OutboxBacklog } from './outbox-backlog.js';
import { OutboxStore } from './outbox-store.js';
import { UnitOfWork } from './unit-of-work.js';

/** How facts travel between modules: stored with their cause, then told until every listener knows. */
@Module({
  imports: [EventEmitterModule.forRoot(), TypeOrmModule.forFeature([OutboxEvent])],
  providers: [UnitOfWork, EventRelay, EventListeners, ListenerCheck, OutboxBacklog, OutboxStore],
  exports: [UnitOfWork, EventRelay, OutboxBacklog],
})
export class OutboxModule {}
