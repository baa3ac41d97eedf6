import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { Settings } from '../config/settings.js';
import { RedisConnection } from '../redis/redis.connection.js';
import { Broadcaster } from './broadcast/broadcaster.js';
import { LocalBroadcaster } from './broadcast/local.broadcaster.js';
import { RedisBroadcaster } from './broadcast/redis.broadcaster.js';
import { Notification } from './entities/notification.entity.js';
import { InboxState } from './entities/inbox-state.entity.js';
import { NotificationTombstone } from './entities/notification-tombstone.entity.js';
import { HeartbeatClock } from './heartbeat.clock.js';
import { NotificationController } from './notification.controller.js';
import { NotificationFeed } from './notification.feed.js';
import { NotificationHistory } from './notification.history.js';
import { NotificationInbox } from './notification.inbox.js';
import { NotificationListener } from './notification.listener.js';
import { NotificationRetention } from './notification.retention.js';
import { NotificationSweep } from './notification.sweep.js';
import { NotificationWriter } from './notification.writer.js';
import { NotificationStreamController } from './notification-stream.controller.js';
import { NotificationStreamHub } from './notification-stream.hub.js';
import { NotificationStreamSeats } from './notification-stream.seats.js';

/** Tells users what happened: stores it, lists it, and shows it in their open tabs. */
@Module({
  imports: [
    AuthModule,
    ScheduleModule.forRoot(),
    TypeOrmModule.forFeature([Notification, InboxState, NotificationTombstone]),
  ],
  controllers: [NotificationController, NotificationStreamController],
  providers: [
    {
      provide: Broadcaster,
      inject: [NotificationStreamHub, RedisConnection, Settings],
      useFactory: (hub: NotificationStreamHub, redis: RedisConnection, settings: Settings) =>
        redis.isConfigured ? new RedisBroadcaster(hub, redis, settings) : new LocalBroadcaster(hub),
    },
    HeartbeatClock,
    NotificationFeed,
    NotificationHistory,
    NotificationInbox,
    NotificationListener,
    NotificationRetention,
    NotificationStreamHub,
    NotificationStreamSeats,
    NotificationSweep,
    NotificationWriter,
  ],
  exports: [Broadcaster, NotificationStreamSeats],
})
export class NotificationModule {}
