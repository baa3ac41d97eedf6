import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { OptionalUser } from '../http/access.decorator.js';
import { type CurrentUser, User } from '../http/current-user.decorator.js';
import { IdPipe } from '../http/id.pipe.js';
import { NoBody } from '../http/no-body.decorator.js';
import { ListQuestionsQuery } from './dto/list-questions.query.js';
import {
  QuestionDto,
  QuestionListDto,
  QuestionVoteDto,
  QuestionWithAnswersDto,
} from './dto/question.dto.js';
import { WriteQuestionDto } from './dto/write-question.dto.js';
import { QuestionReader } from './question.reader.js';
import { QuestionService } from './question.service.js';

@ApiTags('question')
@Controller('api/question')
export class QuestionController {
  constructor(
    private readonly service: QuestionService,
    private readonly reader: QuestionReader,
  ) {}

  /** Ask. */
  @Post()
  create(@Body() body: WriteQuestionDto, @User() user: CurrentUser): Promise<QuestionDto> {
    return this.service.create(body, user);
  }

  /** Questions, newest first. */
  @Get('list')
  @OptionalUser()
  list(@Query() query: ListQuestionsQuery, @User() user?: CurrentUser): Promise<QuestionListDto> {
    return this.reader.list(query, user?.id ?? null);
  }

  /** A question with its answers. */
  @Get(':id')
  @OptionalUser()
  get(
    @Param('id', IdPipe) id: number,
    @User() user?: CurrentUser,
  ): Promise<QuestionWithAnswersDto> {
    return this.reader.getWithAnswers(id, user?.id ?? null);
  }

  /**
   * Rewrite an own question.
   * @throws {403} Only the author may do that
   */
  @Put(':id')
  update(
    @Param('id', IdPipe) id: number,
    @Body() body: WriteQuestionDto,
    @User() user: CurrentUser,
  ): Promise<QuestionDto> {
    return this.service.update(id, body, user);
  }

  /**
   * Delete an own question with its answers.
   * @throws {403} Only the author may do that
   */
  @Delete(':id')
  @NoBody()
  @HttpCode(204)
  remove(@Param('id', IdPipe) id: number, @User() user: CurrentUser): Promise<void> {
    return this.service.remove(id, user);
  }

  /** Vote for a question; a repeat changes nothing. */
  @Post(':id/vote')
  @NoBody()
  @HttpCode(200)
  vote(@Param('id', IdPipe) id: number, @User() user: CurrentUser): Promise<QuestionVoteDto> {
    return this.service.vote(id, user);
  }

  /** Take the vote back; a repeat changes nothing. */
  @Delete(':id/vote')
  @NoBody()
  takeBackVote(
    @Param('id', IdPipe) id: number,
    @User() user: CurrentUser,
  ): Promise<QuestionVoteDto> {
    return this.service.takeBackVote(id, user);
  }
}
