import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { OptionalUser } from '../http/access.decorator.js';
import { type CurrentUser, User } from '../http/current-user.decorator.js';
import { IdPipe } from '../http/id.pipe.js';
import { NoBody } from '../http/no-body.decorator.js';
import { AnswerService } from './answer.service.js';
import { AnswerDto, AnswerVoteDto } from './dto/answer.dto.js';
import { WriteAnswerDto } from './dto/write-answer.dto.js';

@ApiTags('answer')
@Controller('api')
export class AnswerController {
  constructor(private readonly service: AnswerService) {}

  /** Answer a question. */
  @Post('question/:id/answer')
  create(
    @Param('id', IdPipe) questionId: number,
    @Body() body: WriteAnswerDto,
    @User() user: CurrentUser,
  ): Promise<AnswerDto> {
    return this.service.create(questionId, body, user);
  }

  /** An answer. */
  @Get('answer/:id')
  @OptionalUser()
  get(@Param('id', IdPipe) id: number, @User() user?: CurrentUser): Promise<AnswerDto> {
    return this.service.get(id, user?.id ?? null);
  }

  /**
   * Rewrite an own answer.
   * @throws {403} Only the author may do that
   */
  @Put('answer/:id')
  update(
    @Param('id', IdPipe) id: number,
    @Body() body: WriteAnswerDto,
    @User() user: CurrentUser,
  ): Promise<AnswerDto> {
    return this.service.update(id, body, user);
  }

  /**
   * Delete an own answer.
   * @throws {403} Only the author may do that
   */
  @Delete('answer/:id')
  @NoBody()
  @HttpCode(204)
  remove(@Param('id', IdPipe) id: number, @User() user: CurrentUser): Promise<void> {
    return this.service.remove(id, user);
  }

  /** Vote for an answer; a repeat changes nothing. */
  @Post('answer/:id/vote')
  @NoBody()
  @HttpCode(200)
  vote(@Param('id', IdPipe) id: number, @User() user: CurrentUser): Promise<AnswerVoteDto> {
    return this.service.vote(id, user);
  }

  /** Take the vote back; a repeat changes nothing. */
  @Delete('answer/:id/vote')
  @NoBody()
  takeBackVote(@Param('id', IdPipe) id: number, @User() user: CurrentUser): Promise<AnswerVoteDto> {
    return this.service.takeBackVote(id, user);
  }
}
