import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { Settings } from '../config/settings.js';
import { RedisConnection } from '../redis/redis.connection.js';
import { Broadcaster } from './broadcast/broadcaster.js';
import { LocalBroadcaster } from './broadcast/local.broadcaster.js';
import { RedisBroadcaster } from './broadcast/redis.broadcaster.js';
import { Notification } from './inbox/entities/notification.entity.js';
import { Inbox } from './inbox/entities/inbox.entity.js';
import { NotificationTombstone } from './inbox/entities/notification-tombstone.entity.js';
import { HeartbeatClock } from './stream/heartbeat.clock.js';
import { NotificationController } from './inbox/inbox.controller.js';
import { FollowerFactory } from './stream/follower.js';
import { InboxHistory } from './inbox/inbox.history.js';
import { InboxReader } from './inbox/inbox.reader.js';
import { NotificationListener } from './notification.listener.js';
import { InboxRetention } from './inbox/inbox.retention.js';
import { StreamSweep } from './stream/stream.sweep.js';
import { InboxWriter } from './inbox/inbox.writer.js';
import { StreamController } from './stream/stream.controller.js';
import { StreamHub } from './broadcast/stream.hub.js';
import { ConnectionRegistry } from './stream/connection-registry.js';

/** Tells users what happened: stores it, lists it, and shows it in their open tabs. */
@Module({
  imports: [
    AuthModule,
    ScheduleModule.forRoot(),
    TypeOrmModule.forFeature([Notification, Inbox, NotificationTombstone]),
  ],
  controllers: [NotificationController, StreamController],
  providers: [
    {
      provide: Broadcaster,
      inject: [StreamHub, RedisConnection, Settings],
      useFactory: (hub: StreamHub, redis: RedisConnection, settings: Settings) =>
        redis.isConfigured ? new RedisBroadcaster(hub, redis, settings) : new LocalBroadcaster(hub),
    },
    HeartbeatClock,
    FollowerFactory,
    InboxHistory,
    InboxReader,
    NotificationListener,
    InboxRetention,
    StreamHub,
    ConnectionRegistry,
    StreamSweep,
    InboxWriter,
  ],
  exports: [Broadcaster, ConnectionRegistry],
})
export class NotificationModule {}
