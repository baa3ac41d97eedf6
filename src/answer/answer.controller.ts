import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
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
import { AnswerService } from './answer.service.js';
import { AnswerDto, AnswerVoteDto } from './dto/answer.dto.js';
import { WriteAnswerDto } from './dto/write-answer.dto.js';

@ApiTags('answer')
@ApiBearerAuth()
@Controller('api')
export class AnswerController {
  constructor(private readonly service: AnswerService) {}

  @Post('question/:id/answer')
  @ApiOperation({ summary: 'Answer a question' })
  @ApiCreatedResponse({ type: AnswerDto })
  @ApiErrors(400, 401, 404, 413, 415, 429)
  create(
    @Param('id', IdPipe) questionId: number,
    @Body() body: WriteAnswerDto,
    @User() user: CurrentUser,
  ): Promise<AnswerDto> {
    return this.service.create(questionId, body, user);
  }

  @Get('answer/:id')
  @OptionalUser()
  @ApiOperation({ summary: 'An answer' })
  @ApiOkResponse({ type: AnswerDto })
  @ApiErrors(400, 401, 404)
  get(@Param('id', IdPipe) id: number, @User() user?: CurrentUser): Promise<AnswerDto> {
    return this.service.get(id, user?.id ?? null);
  }

  @Put('answer/:id')
  @ApiOperation({ summary: 'Rewrite an own answer' })
  @ApiOkResponse({ type: AnswerDto })
  @ApiErrors(400, 401, 403, 404, 413, 415, 429)
  update(
    @Param('id', IdPipe) id: number,
    @Body() body: WriteAnswerDto,
    @User() user: CurrentUser,
  ): Promise<AnswerDto> {
    return this.service.update(id, body, user);
  }

  @Delete('answer/:id')
  @NoBody()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete an own answer' })
  @ApiNoContentResponse({ description: 'Deleted' })
  @ApiErrors(400, 401, 403, 404, 429)
  remove(@Param('id', IdPipe) id: number, @User() user: CurrentUser): Promise<void> {
    return this.service.remove(id, user);
  }

  @Post('answer/:id/vote')
  @NoBody()
  @HttpCode(200)
  @ApiOperation({ summary: 'Vote for an answer; a repeat changes nothing' })
  @ApiOkResponse({ type: AnswerVoteDto })
  @ApiErrors(400, 401, 404, 429)
  vote(@Param('id', IdPipe) id: number, @User() user: CurrentUser): Promise<AnswerVoteDto> {
    return this.service.vote(id, user);
  }

  @Delete('answer/:id/vote')
  @NoBody()
  @ApiOperation({ summary: 'Take the vote back; a repeat changes nothing' })
  @ApiOkResponse({ type: AnswerVoteDto })
  @ApiErrors(400, 401, 404, 429)
  takeBackVote(@Param('id', IdPipe) id: number, @User() user: CurrentUser): Promise<AnswerVoteDto> {
    return this.service.takeBackVote(id, user);
  }
}
