import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * What an answer needs to know of its question, read in the answer's own transaction. The table is
 * the question module's: this entity never writes, and takes no part in generating migrations.
 */
@Entity('question', { synchronize: false })
export class QuestionRef {
  @PrimaryColumn({ type: 'int' })
  id: number;

  @Column({ name: 'user_id', type: 'int' })
  authorId: number;
}
