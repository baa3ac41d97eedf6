import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { OptionalUser } from '../http/access.decorator.js';
import { ApiErrors } from '../http/api-errors.decorator.js';
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

  @Post()
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Ask' })
  @ApiCreatedResponse({ type: QuestionDto })
  @ApiErrors(400, 401, 413, 415, 429)
  create(@Body() body: WriteQuestionDto, @User() user: CurrentUser): Promise<QuestionDto> {
    return this.service.create(body, user);
  }

  @Get('list')
  @OptionalUser()
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Questions, newest first' })
  @ApiOkResponse({ type: QuestionListDto })
  @ApiErrors(400, 401)
  list(@Query() query: ListQuestionsQuery, @User() user?: CurrentUser): Promise<QuestionListDto> {
    return this.reader.list(query, user?.id ?? null);
  }

  @Get(':id')
  @OptionalUser()
  @ApiBearerAuth()
  @ApiOperation({ summary: 'A question with its answers' })
  @ApiOkResponse({ type: QuestionWithAnswersDto })
  @ApiErrors(400, 401, 404)
  get(
    @Param('id', IdPipe) id: number,
    @User() user?: CurrentUser,
  ): Promise<QuestionWithAnswersDto> {
    return this.reader.getWithAnswers(id, user?.id ?? null);
  }

  @Put(':id')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Rewrite an own question' })
  @ApiOkResponse({ type: QuestionDto })
  @ApiErrors(400, 401, 403, 404, 413, 415, 429)
  update(
    @Param('id', IdPipe) id: number,
    @Body() body: WriteQuestionDto,
    @User() user: CurrentUser,
  ): Promise<QuestionDto> {
    return this.service.update(id, body, user);
  }

  @Delete(':id')
  @NoBody()
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Delete an own question with its answers' })
  @ApiNoContentResponse({ description: 'Deleted' })
  @ApiErrors(400, 401, 403, 404, 429)
  remove(@Param('id', IdPipe) id: number, @User() user: CurrentUser): Promise<void> {
    return this.service.remove(id, user);
  }

  @Post(':id/vote')
  @NoBody()
  @HttpCode(200)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Vote for a question; a repeat changes nothing' })
  @ApiOkResponse({ type: QuestionVoteDto })
  @ApiErrors(400, 401, 404, 429)
  vote(@Param('id', IdPipe) id: number, @User() user: CurrentUser): Promise<QuestionVoteDto> {
    return this.service.vote(id, user);
  }

  @Delete(':id/vote')
  @NoBody()
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Take the vote back; a repeat changes nothing' })
  @ApiOkResponse({ type: QuestionVoteDto })
  @ApiErrors(400, 401, 404, 429)
  takeBackVote(
    @Param('id', IdPipe) id: number,
    @User() user: CurrentUser,
  ): Promise<QuestionVoteDto> {
    return this.service.takeBackVote(id, user);
  }
}
