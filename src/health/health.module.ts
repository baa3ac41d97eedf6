import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DrainingIndicator } from './draining.indicator.js';
import { MigrationsIndicator } from './migrations.indicator.js';
import { RedisIndicator } from './redis.indicator.js';
import { HealthController } from './health.controller.js';

@Module({
  imports: [TerminusModule],
  controllers: [HealthController],
  providers: [DrainingIndicator, MigrationsIndicator, RedisIndicator],
})
export class HealthModule {}
