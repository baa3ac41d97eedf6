import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { User } from '../../user/entities/user.entity.js';
import { QuestionRef } from './question-ref.entity.js';

@Entity('answer')
@Index('ix_answer_question', ['questionId'])
export class Answer {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ name: 'question_id', type: 'int' })
  questionId: number;

  @ManyToOne(() => QuestionRef, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'question_id', foreignKeyConstraintName: 'answer_question_id_fkey' })
  question: QuestionRef;

  @Column({ name: 'user_id', type: 'int' })
  authorId: number;

  @ManyToOne(() => User, { nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'answer_user_id_fkey' })
  author: User;

  @Column({ type: 'text' })
  content: string;

  /** Triggers of answer_voter keep it, for every writer. */
  @Column({ name: 'vote_count', type: 'int', default: 0 })
  voteCount: number;

  @Column({ name: 'created_at', type: 'timestamp', default: () => "timezone('utc', now())" })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamp', default: () => "timezone('utc', now())" })
  updatedAt: Date;
}

/** A vote for an answer. */
@Entity('answer_voter')
export class AnswerVoter {
  @PrimaryColumn({ name: 'answer_id', type: 'int' })
  answerId: number;

  @PrimaryColumn({ name: 'user_id', type: 'int' })
  userId: number;

  @ManyToOne(() => Answer, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'answer_id', foreignKeyConstraintName: 'answer_voter_answer_id_fkey' })
  answer: Answer;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'answer_voter_user_id_fkey' })
  user: User;
}
