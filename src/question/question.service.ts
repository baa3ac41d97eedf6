import { Injectable, NotFoundException } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { UTC_NOW } from '../database/utc-now.js';
import type { CurrentUser } from '../http/current-user.decorator.js';
import { UnitOfWork } from '../outbox/unit-of-work.js';
import { lockOwnPost } from '../post/authorship.js';
import { type VoteState, Votes } from '../post/votes.js';
import type { QuestionDto, QuestionVoteDto } from './dto/question.dto.js';
import type { WriteQuestionDto } from './dto/write-question.dto.js';
import { Question } from './entities/question.entity.js';
import {
  CAST_QUESTION_VOTES,
  LOCK_QUESTION,
  TAKE_BACK_QUESTION_VOTE,
} from './question-votes.sql.js';
import { QuestionReader } from './question.reader.js';

/** Writes questions and votes for them. */
@Injectable()
export class QuestionService {
  private readonly votes: Votes;

  constructor(
    dataSource: DataSource,
    private readonly unitOfWork: UnitOfWork,
    private readonly questions: QuestionReader,
  ) {
    this.votes = new Votes(dataSource, unitOfWork, {
      cast: CAST_QUESTION_VOTES,
      takeBack: TAKE_BACK_QUESTION_VOTE,
      lock: LOCK_QUESTION,
    });
  }

  create({ subject, content }: WriteQuestionDto, author: CurrentUser): Promise<QuestionDto> {
    return this.unitOfWork.run(async (tx) => {
      const { identifiers } = await tx.insert(Question, { authorId: author.id, subject, content });
      return this.questions.get(identifiers[0]!['id'] as number, author.id, tx);
    });
  }

  /** @throws {NotFoundException} no such question @throws {ForbiddenException} not the author's */
  update(id: number, text: WriteQuestionDto, author: CurrentUser): Promise<QuestionDto> {
    return this.unitOfWork.run(async (tx) => {
      await lockOwnPost(tx, 'question', id, author.id);
      const updatedAt = (): string => UTC_NOW;
      await tx.update(Question, { id }, { ...text, updatedAt });
      return this.questions.get(id, author.id, tx);
    });
  }

  /** With its answers and all votes. @throws as {@link update} */
  remove(id: number, author: CurrentUser): Promise<void> {
    return this.unitOfWork.run(async (tx) => {
      await lockOwnPost(tx, 'question', id, author.id);
      await tx.delete(Question, { id });
    });
  }

  /** A repeat changes and announces nothing. @throws {NotFoundException} no such question */
  async vote(id: number, voter: CurrentUser): Promise<QuestionVoteDto> {
    return voteDto(id, await this.votes.cast(id, voter));
  }

  /** May be repeated. @throws {NotFoundException} no such question */
  async takeBackVote(id: number, voter: CurrentUser): Promise<QuestionVoteDto> {
    return voteDto(id, await this.votes.takeBack(id, voter.id));
  }
}

function voteDto(id: number, vote: VoteState | undefined): QuestionVoteDto {
  if (!vote) throw new NotFoundException('No such question');
  return { question_id: id, vote_count: vote.voteCount, voted: vote.voted };
}
