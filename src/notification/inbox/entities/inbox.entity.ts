import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { User } from '../../../user/entities/user.entity.js';

/**
 * The counters of a user's inbox. Every change of an inbox locks this row before anything else, those
 * of several users in the order of their ids: so `seq` rises in commit order and the counts are exact.
 */
@Entity('notification_inbox')
@Check(
  'notification_inbox_counts_check',
  'unread_count >= 0 AND unread_count <= total AND total <= seq AND seq <= rev',
)
export class Inbox {
  @PrimaryColumn({ name: 'user_id', type: 'int' })
  userId: number;

  @OneToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'notification_inbox_user_id_fkey' })
  user: User;

  /** The last cursor given out; 0: none yet. */
  @Column({ type: 'int' })
  seq: number;

  @Column({ type: 'int' })
  total: number;

  @Column({ name: 'unread_count', type: 'int' })
  unreadCount: number;

  /** Raised by one by everything that changes the inbox. */
  @Column({ type: 'int' })
  rev: number;
}
