import { Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboxEvent } from './entities/outbox-event.entity.js';
import { EventListeners } from './event-listeners.js';
import { EventRelay } from './event-relay.js';
import { ListenerCheck } from './listener-check.js';
import { OutboxBacklog } from './outbox-backlog.js';
import { OutboxQueue } from './outbox-queue.js';
import { UnitOfWork } from './unit-of-work.js';

/** Events between modules: stored with the change that causes them, then delivered until it worked. */
@Module({
  imports: [EventEmitterModule.forRoot(), TypeOrmModule.forFeature([OutboxEvent])],
  providers: [UnitOfWork, EventRelay, EventListeners, ListenerCheck, OutboxBacklog, OutboxQueue],
  exports: [UnitOfWork, EventRelay, OutboxBacklog],
})
export class OutboxModule {}
