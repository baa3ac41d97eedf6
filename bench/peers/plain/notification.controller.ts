import { Controller, type MessageEvent, Sse, UseGuards } from '@nestjs/common';
import { interval, map, merge, type Observable, of } from 'rxjs';
import { AuthGuard, CurrentUser, type Me } from './auth.guard.js';
import { NotificationService } from './notification.service.js';

const HEARTBEAT_MS = 30_000;

@Controller('api/notification')
@UseGuards(AuthGuard)
export class NotificationController {
  constructor(private readonly notifications: NotificationService) {}

  @Sse('stream')
  stream(@CurrentUser() me: Me): Observable<MessageEvent> {
    return merge(
      of({ type: 'connected', data: { user_id: me.id } }),
      this.notifications.streamOf(me.id),
      interval(HEARTBEAT_MS).pipe(map(() => ({ type: 'heartbeat', data: {} }))),
    );
  }
}
