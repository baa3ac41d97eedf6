import { BadRequestException, Body, Controller, Get, Put, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { type CurrentUser, User } from '../../http/current-user.decorator.js';
import { NoBody } from '../../http/no-body.decorator.js';
import { MarkedReadDto, NotificationListDto } from './dto/inbox.dto.js';
import { ListNotificationsQuery } from './dto/list-notifications.query.js';
import { MarkReadDto } from './dto/mark-read.dto.js';
import { InboxReader } from './inbox.reader.js';
import { ReadMarker } from './read-marker.js';

@ApiTags('notification')
@Controller('api/notification')
export class InboxController {
  constructor(
    private readonly reader: InboxReader,
    private readonly marker: ReadMarker,
  ) {}

  /** The own notifications, newest first, with the counts of that moment. */
  @Get('list')
  list(
    @Query() { page, size, before }: ListNotificationsQuery,
    @Req() request: Request,
    @User() user: CurrentUser,
  ): Promise<NotificationListDto> {
    if (before === undefined) return this.reader.list(user.id, { page, size });
    if (request.query['page'] !== undefined) {
      throw new BadRequestException('page and before exclude each other: send one of them');
    }
    return this.reader.list(user.id, { before, size });
  }

  /** Mark some as read. */
  @Put('read')
  markRead(
    @Body() { notification_ids }: MarkReadDto,
    @User() user: CurrentUser,
  ): Promise<MarkedReadDto> {
    return this.marker.markRead(user.id, notification_ids);
  }

  /** Mark all as read. */
  @Put('read-all')
  @NoBody()
  markAllRead(@User() user: CurrentUser): Promise<MarkedReadDto> {
    return this.marker.markAllRead(user.id);
  }
}
