import { BadRequestException, Body, Controller, Get, Post, Put, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Tokens } from '../../auth/tokens.js';
import { type CurrentUser, User } from '../../http/current-user.decorator.js';
import { NoBody } from '../../http/no-body.decorator.js';
import { ListNotificationsQuery } from './dto/list-notifications.query.js';
import { MarkReadDto } from './dto/mark-read.dto.js';
import { MarkedReadDto, NotificationListDto } from './dto/notification.dto.js';
import { StreamTokenDto } from '../stream/dto/stream-token.dto.js';
import { InboxReader } from './inbox.reader.js';

@ApiTags('notification')
@Controller('api/notification')
export class NotificationController {
  constructor(
    private readonly inbox: InboxReader,
    private readonly tokens: Tokens,
  ) {}

  /** The own notifications, newest first, with the counts of that moment. */
  @Get('list')
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

  /** Mark some as read. */
  @Put('read')
  markRead(
    @Body() { notification_ids }: MarkReadDto,
    @User() user: CurrentUser,
  ): Promise<MarkedReadDto> {
    return this.inbox.markRead(user.id, notification_ids);
  }

  /** Mark all as read. */
  @Put('read-all')
  @NoBody()
  markAllRead(@User() user: CurrentUser): Promise<MarkedReadDto> {
    return this.inbox.markAllRead(user.id);
  }

  /** A token for the address of a stream, which opens streams alone. */
  @Post('stream-token')
  @NoBody()
  streamToken(@User() user: CurrentUser): StreamTokenDto {
    const { token, expiresInSeconds } = this.tokens.signStream(user);
    return { stream_token: token, expires_in: expiresInSeconds };
  }
}
