import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboxModule } from '../outbox/outbox.module.js';
import { Question, QuestionVoter } from './entities/question.entity.js';
import { QuestionController } from './question.controller.js';
import { QuestionReader } from './question.reader.js';
import { QuestionService } from './question.service.js';

@Module({
  imports: [OutboxModule, TypeOrmModule.forFeature([Question, QuestionVoter])],
  controllers: [QuestionController],
  providers: [QuestionService, QuestionReader],
})
export class QuestionModule {}
