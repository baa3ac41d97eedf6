import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboxModule } from '../outbox/outbox.module.js';
import { AnswerController } from './answer.controller.js';
import { AnswerService } from './answer.service.js';
import { Answer, AnswerVoter } from './entities/answer.entity.js';
import { QuestionRef } from './entities/question-ref.entity.js';

@Module({
  imports: [OutboxModule, TypeOrmModule.forFeature([Answer, AnswerVoter, QuestionRef])],
  controllers: [AnswerController],
  providers: [AnswerService],
})
export class AnswerModule {}
