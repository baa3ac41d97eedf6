import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { User } from '../../../user/entities/user.entity.js';

/** Something a user was told. */
@Entity('notification')
@Index('ix_notification_user_is_read', ['userId', 'isRead'])
@Index('ix_notification_user_created', ['userId', 'createdAt'])
@Index('ix_notification_user_id', ['userId', 'id'])
@Index('ix_notification_read_created', ['createdAt'], { where: 'is_read' })
@Index('ux_notification_user_event', ['eventKey', 'userId'], { unique: true })
export class Notification {
  @PrimaryGeneratedColumn()
  id: number;

  /** Who is told. */
  @Column({ name: 'user_id', type: 'int' })
  userId: number;

  @ManyToOne(() => User, { nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'notification_user_id_fkey' })
  user: User;

  /** Who did it. */
  @Column({ name: 'actor_user_id', type: 'int' })
  actorUserId: number;

  @ManyToOne(() => User, { nullable: false })
  @JoinColumn({
    name: 'actor_user_id',
    foreignKeyConstraintName: 'notification_actor_user_id_fkey',
  })
  actor: User;

  @Column({ name: 'event_type', type: 'varchar', length: 50 })
  eventType: string;

  @Column({ name: 'resource_type', type: 'varchar', length: 50 })
  resourceType: string;

  @Column({ name: 'resource_id', type: 'int' })
  resourceId: number;

  /** In the language the receiver had chosen at that moment. */
  @Column({ type: 'text' })
  message: string;

  @Column({ name: 'is_read', type: 'boolean', default: false })
  isRead: boolean;

  @Column({ name: 'created_at', type: 'timestamp' })
  createdAt: Date;

  /** The cursor: 1, 2, 3… for each user, in commit order. */
  @Column({ type: 'int' })
  seq: number;

  /** What happened, in words that are the same however often it is told. */
  @Column({ name: 'event_key', type: 'varchar', length: 200 })
  eventKey: string;
}
