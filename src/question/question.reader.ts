import { Injectable, NotFoundException } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type {
  QuestionAnswerDto,
  QuestionDto,
  QuestionListDto,
  QuestionWithAnswersDto,
} from './dto/question.dto.js';

/** Questions as user $1 sees them, who may be null. */
const QUESTION = `
  SELECT p.id, p.content, json_build_object('id', author.id, 'username', author.username) AS author,
    p.vote_count,
    EXISTS (SELECT FROM question_voter v WHERE v.question_id = p.id AND v.user_id = $1::int) AS voted,
    p.created_at, p.updated_at, p.subject,
    (SELECT count(*)::int FROM answer WHERE answer.question_id = p.id) AS answer_count
  FROM question p JOIN users author ON author.id = p.user_id`;

/**
 * The answers to question $2 as user $1 sees them, oldest first. They are read from their tables: this
 * module does not know the code of answers.
 */
const ANSWERS = `
  SELECT p.id, p.content, json_build_object('id', author.id, 'username', author.username) AS author,
    p.vote_count,
    EXISTS (SELECT FROM answer_voter v WHERE v.answer_id = p.id AND v.user_id = $1::int) AS voted,
    p.created_at, p.updated_at, p.question_id
  FROM answer p JOIN users author ON author.id = p.user_id
  WHERE p.question_id = $2 ORDER BY p.id`;

// %, _ and \ in a keyword are letters.
const matches = (pattern: string): string =>
  `(${pattern} = '' OR p.subject ILIKE ${pattern} OR p.content ILIKE ${pattern})`;

/** Questions as their readers see them. `viewerId` is null for somebody without a token. */
@Injectable()
export class QuestionReader {
  constructor(private readonly dataSource: DataSource) {}

  /** @param tx to see what is not committed yet @throws {NotFoundException} no such question */
  async get(
    id: number,
    viewerId: number | null,
    tx: EntityManager = this.dataSource.manager,
  ): Promise<QuestionDto> {
    const [question]: QuestionDto[] = await tx.query(`${QUESTION} WHERE p.id = $2`, [viewerId, id]);
    if (!question) throw new NotFoundException('No such question');
    return question;
  }

  /** @throws {NotFoundException} no such question */
  async getWithAnswers(id: number, viewerId: number | null): Promise<QuestionWithAnswersDto> {
    const question = await this.get(id, viewerId);
    const answers: QuestionAnswerDto[] = await this.dataSource.query(ANSWERS, [viewerId, id]);
    return { ...question, answers };
  }

  /** Newest first. @param keyword empty: all */
  async list(
    { page, size, keyword }: { page: number; size: number; keyword: string },
    viewerId: number | null,
  ): Promise<QuestionListDto> {
    const pattern = keyword && `%${keyword.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    const [{ total }]: [{ total: number }] = await this.dataSource.query(
      `SELECT count(*)::int AS total FROM question p WHERE ${matches('$1')}`,
      [pattern],
    );
    const questions: QuestionDto[] = await this.dataSource.query(
      `${QUESTION} WHERE ${matches('$2')} ORDER BY p.id DESC LIMIT $3 OFFSET $4`,
      [viewerId, pattern, size, page * size],
    );
    return { total, questions };
  }
}
