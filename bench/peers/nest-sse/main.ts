/** A stream as Nest's documentation shows it: a Subject, and an interval of its own. No database. */
import 'reflect-metadata';
import {
  Controller,
  Headers,
  HttpCode,
  type MessageEvent,
  Module,
  Param,
  ParseIntPipe,
  Post,
  Query,
  Sse,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { finalize, interval, map, merge, type Observable, of, Subject } from 'rxjs';

const HEARTBEAT_MS = 30_000;

@Controller('api')
class StreamController {
  private readonly subjects = new Map<number, Subject<MessageEvent>>();
  private pushed = 0;

  constructor(private readonly jwt: JwtService) {}

  @Sse('notification/stream')
  stream(@Query('token') token: string): Observable<MessageEvent> {
    const { sub } = this.jwt.verify<{ sub: string }>(token);
    const userId = Number(sub);
    const subject = this.subjects.get(userId) ?? new Subject<MessageEvent>();
    this.subjects.set(userId, subject);
    return merge(
      of({ type: 'connected', data: { user_id: userId } }),
      subject,
      interval(HEARTBEAT_MS).pipe(map(() => ({ type: 'heartbeat', data: {} }))),
    ).pipe(
      finalize(() => {
        if (!subject.observed) this.subjects.delete(userId);
      }),
    );
  }

  @Post('question/:id/vote')
  @HttpCode(200)
  vote(@Param('id', ParseIntPipe) id: number, @Headers('authorization') bearer: string): object {
    const { username } = this.jwt.verify<{ username: string }>(bearer.slice('Bearer '.length));
    this.pushed += 1;
    const data = {
      id: this.pushed,
      actor_username: username,
      event_type: 'question.voted',
      resource_type: 'question',
      resource_id: id,
      message: `${username}님이 회원님의 질문에 투표했습니다.`,
      is_read: false,
      created_at: new Date(),
      unread_count: this.pushed,
      rev: this.pushed,
    };
    // The number of a question is that of its author here.
    this.subjects.get(id)?.next({ type: 'notification', id: String(this.pushed), data });
    return { question_id: id, vote_count: 1, voted: true };
  }
}

@Module({
  imports: [JwtModule.register({ secret: process.env['JWT_SECRET']! })],
  controllers: [StreamController],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] });
await app.listen(Number(process.env['PORT']));
