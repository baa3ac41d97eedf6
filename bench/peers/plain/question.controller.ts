import {
  Body,
  Controller,
  HttpCode,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
  UseGuards,
} from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { InjectRepository } from '@nestjs/typeorm';
import { IsString, Length } from 'class-validator';
import { Repository } from 'typeorm';
import { AuthGuard, CurrentUser, type Me } from './auth.guard.js';
import { Question, QuestionVoter } from './entities.js';

export class QuestionDto {
  @IsString()
  @Length(1, 200)
  subject: string;

  @IsString()
  @Length(1, 20_000)
  content: string;
}

export class QuestionVoted {
  constructor(
    readonly question: Question,
    readonly voter: Me,
  ) {}
}

@Controller('api/question')
@UseGuards(AuthGuard)
export class QuestionController {
  constructor(
    @InjectRepository(Question) private readonly questions: Repository<Question>,
    @InjectRepository(QuestionVoter) private readonly votes: Repository<QuestionVoter>,
    private readonly emitter: EventEmitter2,
  ) {}

  @Post()
  create(@Body() body: QuestionDto, @CurrentUser() me: Me): Promise<Question> {
    return this.questions.save(this.questions.create({ ...body, userId: me.id }));
  }

  @Post(':id/vote')
  @HttpCode(200)
  async vote(@Param('id', ParseIntPipe) id: number, @CurrentUser() me: Me): Promise<object> {
    const question = await this.questions.findOneBy({ id });
    if (!question) throw new NotFoundException();
    const vote = { questionId: id, userId: me.id };
    if (!(await this.votes.existsBy(vote))) {
      await this.votes.insert(vote);
      this.emitter.emit('question.voted', new QuestionVoted(question, me));
    }
    const voteCount = await this.votes.countBy({ questionId: id });
    return { question_id: id, vote_count: voteCount, voted: true };
  }
}
