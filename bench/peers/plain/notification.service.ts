import { Injectable, type MessageEvent } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { InjectRepository } from '@nestjs/typeorm';
import { finalize, type Observable, Subject } from 'rxjs';
import { Repository } from 'typeorm';
import { Notification } from './entities.js';
import type { QuestionVoted } from './question.controller.js';

@Injectable()
export class NotificationService {
  private readonly subjects = new Map<number, Subject<MessageEvent>>();

  constructor(
    @InjectRepository(Notification) private readonly notifications: Repository<Notification>,
  ) {}

  streamOf(userId: number): Observable<MessageEvent> {
    const subject = this.subjects.get(userId) ?? new Subject<MessageEvent>();
    this.subjects.set(userId, subject);
    return subject.pipe(
      finalize(() => {
        if (!subject.observed) this.subjects.delete(userId);
      }),
    );
  }

  @OnEvent('question.voted', { async: true })
  async onQuestionVoted({ question, voter }: QuestionVoted): Promise<void> {
    if (question.userId === voter.id) return;
    const saved = await this.notifications.save(
      this.notifications.create({
        userId: question.userId,
        actorUserId: voter.id,
        eventType: 'question.voted',
        resourceType: 'question',
        resourceId: question.id,
        message: `${voter.username}님이 회원님의 질문에 투표했습니다.`,
      }),
    );
    const unread = await this.notifications.countBy({ userId: question.userId, isRead: false });
    this.subjects.get(question.userId)?.next(toEvent(saved, voter.username, unread));
  }
}

function toEvent(saved: Notification, actor: string, unread: number): MessageEvent {
  return {
    type: 'notification',
    id: String(saved.id),
    data: {
      id: saved.id,
      actor_username: actor,
      event_type: saved.eventType,
      resource_type: saved.resourceType,
      resource_id: saved.resourceId,
      message: saved.message,
      is_read: saved.isRead,
      created_at: saved.createdAt,
      unread_count: unread,
    },
  };
}
