import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DatabaseIndicator } from './database.indicator.js';
import { DrainingIndicator } from './draining.indicator.js';
import { HealthController } from './health.controller.js';
import { MigrationsIndicator } from './migrations.indicator.js';
import { Readiness } from './readiness.js';
import { RedisIndicator } from './redis.indicator.js';

@Module({
  // Its own log has a line for each probe that finds something down; ours has one for each change.
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [Readiness, DrainingIndicator, DatabaseIndicator, MigrationsIndicator, RedisIndicator],
})
export class HealthModule {}
