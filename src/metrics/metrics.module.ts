import { Module } from '@nestjs/common';
import { NotificationModule } from '../notification/notification.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { BroadcastMetrics } from './broadcast.metrics.js';
import { HttpMetrics } from './http.metrics.js';
import { IdMetrics } from './id.metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsRegistry } from './metrics.registry.js';
import { RetentionMetrics } from './retention.metrics.js';
import { StoreMetrics } from './store.metrics.js';
import { StreamMetrics } from './stream.metrics.js';
import { WorkMetrics } from './work.metrics.js';

/** `/metrics`. Looks at the other modules; none of them knows of it. */
@Module({
  imports: [NotificationModule, OutboxModule, RedisModule],
  controllers: [MetricsController],
  providers: [
    MetricsRegistry,
    BroadcastMetrics,
    HttpMetrics,
    IdMetrics,
    RetentionMetrics,
    StoreMetrics,
    StreamMetrics,
    WorkMetrics,
  ],
})
export class MetricsModule {}
