import { Injectable, NotFoundException } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { UTC_NOW } from '../database/utc-now.js';
import type { CurrentUser } from '../http/current-user.decorator.js';
import { UnitOfWork } from '../outbox/unit-of-work.js';
import { lockOwnPost } from '../post/authorship.js';
import { type VoteState, Votes } from '../post/votes.js';
import type { AnswerDto, AnswerVoteDto } from './dto/answer.dto.js';
import type { WriteAnswerDto } from './dto/write-answer.dto.js';
import { CAST_ANSWER_VOTES, LOCK_ANSWER, TAKE_BACK_ANSWER_VOTE } from './answer-votes.sql.js';
import { Answer } from './entities/answer.entity.js';
import { QuestionRef } from './entities/question-ref.entity.js';

/** Answer $2 as user $1 sees it, who may be null. */
const ANSWER = `
  SELECT p.id, p.content, json_build_object('id', author.id, 'username', author.username) AS author,
    p.vote_count,
    EXISTS (SELECT FROM answer_voter v WHERE v.answer_id = p.id AND v.user_id = $1::int) AS voted,
    p.created_at, p.updated_at, p.question_id
  FROM answer p JOIN users author ON author.id = p.user_id WHERE p.id = $2`;

/** Reads and writes answers, and votes for them. */
@Injectable()
export class AnswerService {
  private readonly votes: Votes;

  constructor(
    private readonly dataSource: DataSource,
    private readonly unitOfWork: UnitOfWork,
  ) {
    this.votes = new Votes(dataSource, unitOfWork, {
      cast: CAST_ANSWER_VOTES,
      takeBack: TAKE_BACK_ANSWER_VOTE,
      lock: LOCK_ANSWER,
    });
  }

  /** @throws {NotFoundException} no such question */
  create(questionId: number, { content }: WriteAnswerDto, author: CurrentUser): Promise<AnswerDto> {
    return this.unitOfWork.run(async (tx, raise) => {
      const question = await tx.findOne(QuestionRef, {
        where: { id: questionId },
        lock: { mode: 'for_key_share' },
      });
      if (!question) throw new NotFoundException('No such question');
      const { identifiers } = await tx.insert(Answer, { questionId, authorId: author.id, content });
      const id = identifiers[0]!['id'] as number;
      raise('answer.created', {
        answerId: id,
        questionId,
        questionAuthorId: question.authorId,
        actorId: author.id,
      });
      return this.get(id, author.id, tx);
    }, author.trace);
  }

  /**
   * @param viewerId null without a token
   * @param tx to see what is not committed yet
   * @throws {NotFoundException} no such answer
   */
  async get(
    id: number,
    viewerId: number | null,
    tx: EntityManager = this.dataSource.manager,
  ): Promise<AnswerDto> {
    const [answer]: AnswerDto[] = await tx.query(ANSWER, [viewerId, id]);
    if (!answer) throw new NotFoundException('No such answer');
    return answer;
  }

  /** @throws {NotFoundException} no such answer @throws {ForbiddenException} not the author's */
  update(id: number, { content }: WriteAnswerDto, author: CurrentUser): Promise<AnswerDto> {
    return this.unitOfWork.run(async (tx) => {
      await lockOwnPost(tx, 'answer', id, author.id);
      const updatedAt = (): string => UTC_NOW;
      await tx.update(Answer, { id }, { content, updatedAt });
      return this.get(id, author.id, tx);
    });
  }

  /** With its votes. @throws as {@link update} */
  remove(id: number, author: CurrentUser): Promise<void> {
    return this.unitOfWork.run(async (tx) => {
      await lockOwnPost(tx, 'answer', id, author.id);
      await tx.delete(Answer, { id });
    });
  }

  /** A repeat changes and announces nothing. @throws {NotFoundException} no such answer */
  async vote(id: number, voter: CurrentUser): Promise<AnswerVoteDto> {
    return voteDto(id, await this.votes.cast(id, voter));
  }

  /** May be repeated. @throws {NotFoundException} no such answer */
  async takeBackVote(id: number, voter: CurrentUser): Promise<AnswerVoteDto> {
    return voteDto(id, await this.votes.takeBack(id, voter.id));
  }
}

function voteDto(id: number, vote: VoteState | undefined): AnswerVoteDto {
  if (!vote) throw new NotFoundException('No such answer');
  return { answer_id: id, vote_count: vote.voteCount, voted: vote.voted };
}
