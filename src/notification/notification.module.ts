import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { Settings } from '../config/settings.js';
import { RedisConnection } from '../redis/redis.connection.js';
import { Broadcaster } from './broadcast/broadcaster.js';
import { LocalBroadcaster } from './broadcast/local.broadcaster.js';
import { RedisBroadcaster } from './broadcast/redis.broadcaster.js';
import { StreamHub } from './broadcast/stream.hub.js';
import { Inbox } from './inbox/entities/inbox.entity.js';
import { Notification } from './inbox/entities/notification.entity.js';
import { NotificationTombstone } from './inbox/entities/notification-tombstone.entity.js';
import { InboxController } from './inbox/inbox.controller.js';
import { InboxHistory } from './inbox/inbox.history.js';
import { InboxReader } from './inbox/inbox.reader.js';
import { InboxRetention } from './inbox/inbox.retention.js';
import { InboxWriter } from './inbox/inbox.writer.js';
import { ReadMarker } from './inbox/read-marker.js';
import { NotificationListener } from './notification.listener.js';
import { ConnectionRegistry } from './stream/connection-registry.js';
import { HeartbeatClock } from './stream/heartbeat.clock.js';
import { StreamController } from './stream/stream.controller.js';
import { StreamService } from './stream/stream.service.js';
import { StreamSweep } from './stream/stream.sweep.js';

/** Notifies users: stores notifications, lists them, and shows them in open tabs. */
@Module({
  imports: [AuthModule, TypeOrmModule.forFeature([Inbox, Notification, NotificationTombstone])],
  controllers: [InboxController, StreamController],
  providers: [
    {
      provide: Broadcaster,
      inject: [StreamHub, RedisConnection, Settings],
      useFactory: (hub: StreamHub, redis: RedisConnection, settings: Settings) =>
        redis.isConfigured ? new RedisBroadcaster(hub, redis, settings) : new LocalBroadcaster(hub),
    },
    ConnectionRegistry,
    HeartbeatClock,
    InboxHistory,
    InboxReader,
    InboxRetention,
    InboxWriter,
    NotificationListener,
    ReadMarker,
    StreamHub,
    StreamService,
    StreamSweep,
  ],
  exports: [Broadcaster, ConnectionRegistry],
})
export class NotificationModule {}
