import { Injectable } from '@nestjs/common';
import type { DomainEvent } from '../events/domain-event.js';
import { OnDomainEvent } from '../outbox/on-domain-event.decorator.js';
import { type NotificationRequest, InboxWriter } from './inbox/inbox.writer.js';

/**
 * Who hears of what. A notice with a key that its receiver has had before is not given again: a vote
 * is known by the voter and the thing voted for, so that a repeated vote is told once; an answer is
 * known by itself, so that every answer is told.
 */
@Injectable()
export class NotificationListener {
  constructor(private readonly notifications: InboxWriter) {}

  @OnDomainEvent('question.voted')
  onQuestionVoted(event: DomainEvent<'question.voted'>): Promise<void> {
    const { questionId, authorId: userId, actorId } = event.payload;
    const key = `${event.name}:${questionId}:${actorId}`;
    return this.tell(event, { userId, actorId, resource: ['question', questionId], key });
  }

  @OnDomainEvent('answer.created')
  onAnswerCreated(event: DomainEvent<'answer.created'>): Promise<void> {
    const { questionId, answerId, questionAuthorId: userId, actorId } = event.payload;
    const key = `${event.name}:${answerId}`;
    return this.tell(event, { userId, actorId, resource: ['question', questionId], key });
  }

  @OnDomainEvent('answer.voted')
  onAnswerVoted(event: DomainEvent<'answer.voted'>): Promise<void> {
    const { answerId, authorId: userId, actorId } = event.payload;
    const key = `${event.name}:${answerId}:${actorId}`;
    return this.tell(event, { userId, actorId, resource: ['answer', answerId], key });
  }

  /** Nobody is told of what he did himself. */
  private async tell(
    event: DomainEvent,
    told: Omit<NotificationRequest, 'name' | 'trace'>,
  ): Promise<void> {
    if (told.userId === told.actorId) return;
    const { name, trace } = event;
    await this.notifications.notify({ ...told, name, trace });
  }
}
