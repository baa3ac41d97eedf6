/**
 * What one would write without thinking of what may go wrong: repositories, an event after the save,
 * an INSERT and a count for each notification, a Subject a user. No outbox, no cursor, no replay.
 */
import 'reflect-metadata';
import { Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthGuard } from './auth.guard.js';
import { Notification, Question, QuestionVoter, User } from './entities.js';
import { NotificationController } from './notification.controller.js';
import { NotificationService } from './notification.service.js';
import { QuestionController } from './question.controller.js';

const ENTITIES = [User, Question, QuestionVoter, Notification];

@Module({
  imports: [
    EventEmitterModule.forRoot(),
    JwtModule.register({ secret: process.env['JWT_SECRET']! }),
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env['DATABASE_URL']!,
      entities: ENTITIES,
      synchronize: true,
      poolSize: 10,
    }),
    TypeOrmModule.forFeature(ENTITIES),
  ],
  controllers: [QuestionController, NotificationController],
  providers: [AuthGuard, NotificationService],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] });
app.useGlobalPipes(new ValidationPipe({ whitelist: true }));
await app.listen(Number(process.env['PORT']));
