import { BadRequestException, Body, Controller, Get, Post, Put, Query, Req } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request } from 'express';
import { Tokens } from '../auth/tokens.js';
import { ApiErrors } from '../http/api-errors.decorator.js';
import { type CurrentUser, User } from '../http/current-user.decorator.js';
import { NoBody } from '../http/no-body.decorator.js';
import { ListNotificationsQuery } from './dto/list-notifications.query.js';
import { MarkReadDto } from './dto/mark-read.dto.js';
import { MarkedReadDto, NotificationListDto } from './dto/notification.dto.js';
import { StreamTokenDto } from './dto/stream-token.dto.js';
import { NotificationInbox } from './notification.inbox.js';

@ApiTags('notification')
@ApiBearerAuth()
@Controller('api/notification')
export class NotificationController {
  constructor(
    private readonly inbox: NotificationInbox,
    private readonly tokens: Tokens,
  ) {}

  @Get('list')
  @ApiOperation({ summary: 'The own notifications, newest first, with the counts of that moment' })
  @ApiOkResponse({ type: NotificationListDto })
  @ApiErrors(400, 401)
  list(
    @Query() { page, size, before }: ListNotificationsQuery,
    @Req() request: Request,
    @User() user: CurrentUser,
  ): Promise<NotificationListDto> {
    if (before === undefined) return this.inbox.list(user.id, { page, size });
    if (request.query['page'] !== undefined) {
      throw new BadRequestException('page and before exclude each other: send one of them');
    }
    return this.inbox.list(user.id, { before, size });
  }

  @Put('read')
  @ApiOperation({ summary: 'Mark some as read' })
  @ApiOkResponse({ type: MarkedReadDto })
  @ApiErrors(400, 401, 413, 415, 429)
  markRead(
    @Body() { notification_ids }: MarkReadDto,
    @User() user: CurrentUser,
  ): Promise<MarkedReadDto> {
    return this.inbox.markRead(user.id, notification_ids);
  }

  @Put('read-all')
  @NoBody()
  @ApiOperation({ summary: 'Mark all as read' })
  @ApiOkResponse({ type: MarkedReadDto })
  @ApiErrors(400, 401, 429)
  markAllRead(@User() user: CurrentUser): Promise<MarkedReadDto> {
    return this.inbox.markAllRead(user.id);
  }

  @Post('stream-token')
  @NoBody()
  @ApiOperation({ summary: 'A token for the address of a stream, which opens streams alone' })
  @ApiCreatedResponse({ type: StreamTokenDto })
  @ApiErrors(400, 401, 429)
  streamToken(@User() user: CurrentUser): StreamTokenDto {
    const { token, expiresInSeconds } = this.tokens.signStream(user);
    return { stream_token: token, expires_in: expiresInSeconds };
  }
}
