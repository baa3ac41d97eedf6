import { Injectable, NotFoundException } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { CurrentUser } from '../http/current-user.decorator.js';
import { UnitOfWork } from '../outbox/unit-of-work.js';
import { lockOwnPost } from '../post/authorship.js';
import { ANSWER_TABLES, postColumns } from '../post/post-columns.js';
import { type VoteState, Votes } from '../post/votes.js';
import type { AnswerDto, AnswerVoteDto } from './dto/answer.dto.js';
import type { WriteAnswerDto } from './dto/write-answer.dto.js';
import { Answer } from './entities/answer.entity.js';
import { QuestionRef } from './entities/question-ref.entity.js';

const ANSWER = `SELECT ${postColumns(ANSWER_TABLES, '$1')}, p.question_id
  FROM answer p JOIN users author ON author.id = p.user_id WHERE p.id = $2`;

/** Reads and writes answers, and votes for them. */
@Injectable()
export class AnswerService {
  private readonly votes: Votes;

  constructor(
    private readonly dataSource: DataSource,
    private readonly unitOfWork: UnitOfWork,
  ) {
    this.votes = new Votes(unitOfWork, ANSWER_TABLES, {
      raise: 'answer.voted',
      with: { answerId: 'post_id', authorId: 'author_id', actorId: 'voter_id' },
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
    }, author.requestId);
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
      await lockOwnPost(tx, ANSWER_TABLES, id, author.id);
      const updatedAt = (): string => "timezone('utc', clock_timestamp())";
      await tx.update(Answer, { id }, { content, updatedAt });
      return this.get(id, author.id, tx);
    });
  }

  /** With its votes. @throws as {@link update} */
  remove(id: number, author: CurrentUser): Promise<void> {
    return this.unitOfWork.run(async (tx) => {
      await lockOwnPost(tx, ANSWER_TABLES, id, author.id);
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
