import { type DynamicModule, Module } from '@nestjs/common';
import { AnswerModule } from './answer/answer.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { DemoModule } from './demo/demo.module.js';
import { HealthModule } from './health/health.module.js';
import { LoggingModule } from './logging/logging.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { NotificationModule } from './notification/notification.module.js';
import { PageModule } from './demo/page.module.js';
import { QuestionModule } from './question/question.module.js';
import { RedisModule } from './redis/redis.module.js';
import { ShutdownModule } from './shutdown/shutdown.module.js';
import { UserModule } from './user/user.module.js';

/** The root module. It imports every other module. */
@Module({})
export class AppModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(settings),
        LoggingModule,
        DatabaseModule,
        RedisModule,
        ShutdownModule,
        AuthModule,
        UserModule,
        QuestionModule,
        AnswerModule,
        NotificationModule,
        HealthModule,
        MetricsModule,
        PageModule,
        DemoModule,
      ],
    };
  }
}
