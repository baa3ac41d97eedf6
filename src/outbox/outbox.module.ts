import { Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboxEvent } from './entities/outbox-event.entity.js';
import { EventRelay } from './event-relay.js';
import { OutboxStore } from './outbox-store.js';
import { UnitOfWork } from './unit-of-work.js';

/** How facts travel between modules: stored with their cause, then told until every listener knows. */
@Module({
  imports: [EventEmitterModule.forRoot(), TypeOrmModule.forFeature([OutboxEvent])],
  providers: [UnitOfWork, EventRelay, OutboxStore],
  exports: [UnitOfWork, EventRelay, OutboxStore],
})
export class OutboxModule {}
