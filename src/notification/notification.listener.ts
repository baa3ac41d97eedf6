import { Injectable } from '@nestjs/common';
import type { DomainEvent } from '../events/domain-event.js';
import { OnDomainEvent } from '../outbox/on-domain-event.decorator.js';
import { InboxWriter, type NotificationRequest } from './inbox/inbox.writer.js';

/**
 * Who is notified of what. A recipient is notified once for a key: a vote is identified by the voter and
 * what they voted for, so a repeated vote notifies nobody again; an answer is identified by itself, so
 * every answer notifies.
 */
@Injectable()
export class NotificationListener {
  constructor(private readonly inbox: InboxWriter) {}

  @OnDomainEvent('question.voted')
  onQuestionVoted(event: DomainEvent<'question.voted'>): Promise<void> {
    const { questionId, authorId: userId, actorId } = event.payload;
    const key = `${event.name}:${questionId}:${actorId}`;
    return this.notify(event, { userId, actorId, resource: ['question', questionId], key });
  }

  @OnDomainEvent('answer.created')
  onAnswerCreated(event: DomainEvent<'answer.created'>): Promise<void> {
    const { questionId, answerId, questionAuthorId: userId, actorId } = event.payload;
    const key = `${event.name}:${answerId}`;
    return this.notify(event, { userId, actorId, resource: ['question', questionId], key });
  }

  @OnDomainEvent('answer.voted')
  onAnswerVoted(event: DomainEvent<'answer.voted'>): Promise<void> {
    const { answerId, authorId: userId, actorId } = event.payload;
    const key = `${event.name}:${answerId}:${actorId}`;
    return this.notify(event, { userId, actorId, resource: ['answer', answerId], key });
  }

  /** Nobody is notified of their own action. */
  private async notify(
    event: DomainEvent,
    request: Omit<NotificationRequest, 'name' | 'trace'>,
  ): Promise<void> {
    if (request.userId === request.actorId) return;
    const { name, trace } = event;
    await this.inbox.notify({ ...request, name, trace });
  }
}
