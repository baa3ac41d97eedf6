import {
  Column,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { User } from '../../user/entities/user.entity.js';

@Entity('question')
export class Question {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ name: 'user_id', type: 'int' })
  authorId: number;

  @ManyToOne(() => User, { nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'question_user_id_fkey' })
  author: User;

  @Column({ type: 'varchar', length: 200 })
  subject: string;

  @Column({ type: 'text' })
  content: string;

  /** Triggers of question_voter keep it, for every writer. */
  @Column({ name: 'vote_count', type: 'int', default: 0 })
  voteCount: number;

  @Column({ name: 'created_at', type: 'timestamp', default: () => "timezone('utc', now())" })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamp', default: () => "timezone('utc', now())" })
  updatedAt: Date;
}

/** A vote for a question. */
@Entity('question_voter')
export class QuestionVoter {
  @PrimaryColumn({ name: 'question_id', type: 'int' })
  questionId: number;

  @PrimaryColumn({ name: 'user_id', type: 'int' })
  userId: number;

  @ManyToOne(() => Question, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'question_id', foreignKeyConstraintName: 'question_voter_question_id_fkey' })
  question: Question;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'question_voter_user_id_fkey' })
  user: User;
}
